import { CohereClientV2 } from 'cohere-ai'
import { isObject } from '../../src/wire/json.ts'

const question = { model: 'command-a-03-2025', messages: [{ role: 'user' as const, content: 'Hi.' }] }
// Clients keep the `fetch` they find when they are made, so they are made when it has been replaced.
const cohere = (): CohereClientV2 => new CohereClientV2({ token: 'test' })

/** Cohere's own SDK, as a judge of fixtures. It tells names in its own spelling, and leaves folding a stream to its user. */
export const cohereJudge = {
  url: 'https://api.cohere.com/v2/chat',
  whole: async () => onWire(await cohere().chat(question, { maxRetries: 0 })),
  stream: fold,
  gist: (reply: unknown) => reply,
}

type Members = Record<string, unknown>

interface Call {
  readonly function: { readonly name: unknown; readonly arguments: string }
}

/** Puts a stream together in the way the documentation of its events describes. */
async function fold(): Promise<unknown> {
  const content: Members[] = []
  const calls: Call[] = []
  const citations: unknown[] = []
  const logprobs: unknown[] = []
  let ending: Members = {}
  let id: unknown
  let plan = ''
  for await (const event of await cohere().chatStream(question, { maxRetries: 0 })) {
    switch (event.type) {
      case 'message-start':
        id = event.id
        break
      case 'content-start':
        content.push({ ...event.delta?.message?.content })
        break
      case 'content-delta': {
        if (event.logprobs) logprobs.push(onWire(event.logprobs))
        const last = content.at(-1) ?? {}
        for (const [kind, more] of Object.entries(event.delta?.message?.content ?? {}))
          last[kind] = `${String(last[kind])}${more}`
        break
      }
      case 'tool-plan-delta':
        plan += event.delta?.message?.toolPlan ?? ''
        break
      case 'tool-call-start': {
        const { function: called, ...rest } = event.delta?.message?.toolCalls ?? {}
        calls.push({ ...rest, function: { name: called?.name, arguments: called?.arguments ?? '' } })
        break
      }
      case 'tool-call-delta': {
        const last = calls.pop()
        const more = event.delta?.message?.toolCalls?.function?.arguments ?? ''
        if (last) calls.push({ ...last, function: { ...last.function, arguments: last.function.arguments + more } })
        break
      }
      case 'citation-start':
        citations.push(onWire(event.delta?.message?.citations))
        break
      case 'message-end':
        ending = { ...event.delta }
        break
      default:
    }
  }
  const { error, ...told } = ending
  if (error !== undefined || told['finishReason'] === undefined || /ERROR|TIMEOUT/u.test(String(told['finishReason'])))
    throw new Error(`The reply is not complete: ${String(error)}`)
  const message = {
    role: 'assistant',
    ...(content.length > 0 && { content }),
    ...(plan && { tool_plan: plan }),
    ...(calls.length > 0 && { tool_calls: calls }),
    ...(citations.length > 0 && { citations }),
  }
  return { id, ...(onWire(told) as Members), message, ...(logprobs.length > 0 && { logprobs }) }
}

/** What the SDK made of a reply, in the spelling of the wire. */
function onWire(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(onWire)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name.replace(/[A-Z]/gu, (letter) => `_${letter.toLowerCase()}`),
      onWire(member),
    ]),
  )
}
