import { Ollama } from 'ollama'

const question = { model: 'llama3.2', messages: [{ role: 'user', content: 'Hi.' }] }
// Clients keep the `fetch` they find when they are made, so they are made when it has been replaced.
const ollama = (): Ollama => new Ollama({ host: 'http://127.0.0.1:11434', fetch: (...given) => fetch(...given) })

/** Ollama's own SDK, as a judge of fixtures. It leaves folding a stream to its user. */
export const ollamaJudge = {
  url: 'http://127.0.0.1:11434/api/chat',
  whole: () => ollama().chat(question),
  stream: fold,
  gist: (reply: unknown) => reply,
}

/** Puts a stream together: what a message says grows, and of everything else the last line counts. */
async function fold(): Promise<unknown> {
  let content = ''
  let thinking = ''
  const tool_calls: unknown[] = []
  const logprobs: unknown[] = []
  let last: object = {}
  for await (const part of await ollama().chat({ ...question, stream: true })) {
    content += part.message.content
    thinking += part.message.thinking ?? ''
    tool_calls.push(...(part.message.tool_calls ?? []))
    logprobs.push(...(part.logprobs ?? []))
    if ('done_reason' in part && /^(?:load|unload)$/u.test(part.done_reason))
      throw new Error('The model was only loaded.')
    last = part
  }
  const message = {
    role: 'assistant',
    content,
    ...(thinking && { thinking }),
    ...(tool_calls.length > 0 && { tool_calls }),
  }
  return { ...last, message, ...(logprobs.length > 0 && { logprobs }) }
}
