/**
 * OpenAI's own SDK.
 *
 * @see https://github.com/openai/openai-node
 * @module
 */
import OpenAI from 'openai'
import { zodFunction, zodResponseFormat } from 'openai/helpers/zod'
import type {
  ChatCompletion,
  ChatCompletionContentPart,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions'
import { ALONE, type Access, type Answer, type Client, type Conversation, type Kind } from './client.ts'
import type { Question, Tool, Trouble } from './client.ts'

/** The SDK, speaking chat completions. */
export const openaiChat: Client = {
  name: 'OpenAI SDK',
  package: 'openai',
  protocol: 'chat completions',
  needs: 'thoughts',
  lacks: ALONE,
  connect({ baseURL, key, model, retries }: Access) {
    return converse(new OpenAI({ baseURL, apiKey: key, maxRetries: retries }), model, [])
  },
  explain: explainOpenAI,
}

/** What an error of the SDK says. Others hand on its errors as they are. */
export function explainOpenAI(error: unknown): Trouble {
  if (!(error instanceof OpenAI.APIError)) return { kind: 'unknown', message: String(error) }
  const { message, status, param, code, headers } = error
  return { kind: kindOf(error), message, status, param, code, retryAfter: headers?.get('retry-after') }
}

function kindOf(error: InstanceType<typeof OpenAI.APIError>): Kind {
  if (error instanceof OpenAI.APIUserAbortError) return 'abort'
  if (error instanceof OpenAI.AuthenticationError) return 'authentication'
  if (error instanceof OpenAI.NotFoundError) return 'not found'
  if (error instanceof OpenAI.BadRequestError) return 'bad request'
  if (error instanceof OpenAI.RateLimitError) return 'rate limit'
  if (error instanceof OpenAI.InternalServerError) return 'server'
  return error.status === undefined ? 'broken' : 'unknown'
}

function converse(client: OpenAI, model: string, history: readonly ChatCompletionMessageParam[]): Conversation {
  return {
    async ask(question) {
      const asked = { model, messages: [...history, ...said(question)], ...settings(question) }
      const { reply, messages, ...heard } = question.stream
        ? await streamed(client, asked, question)
        : await whole(client, asked, question)
      const [choice] = reply.choices
      return {
        text: choice?.message.content ?? '',
        finish: choice?.finish_reason,
        usage: tokens(reply),
        ...heard,
        conversation: converse(client, model, messages),
      }
    },
  }
}

type Asked = ReturnType<typeof settings> & { model: string; messages: ChatCompletionMessageParam[] }

interface Heard extends Pick<Answer, 'pieces' | 'thoughts' | 'object'> {
  readonly reply: ChatCompletion
  readonly messages: readonly ChatCompletionMessageParam[]
}

async function whole({ chat }: OpenAI, asked: Asked, { tools, schema, signal }: Question): Promise<Heard> {
  const options = { ...(signal && { signal }) }
  if (tools) {
    const runner = chat.completions.runTools({ ...asked, tools: tools.map(runnable) }, options)
    return heard(await runner.finalChatCompletion(), runner.messages)
  }
  // Without a schema to fit, a reply that was cut is no error.
  const reply = schema ? await chat.completions.parse(asked, options) : await chat.completions.create(asked, options)
  return heard(reply, [...asked.messages, ...reply.choices.map(({ message }) => message)])
}

function heard(reply: ChatCompletion, messages: readonly ChatCompletionMessageParam[]): Heard {
  const message = reply.choices[0]?.message
  return { reply, messages, pieces: [], thoughts: thoughtsOf(message), object: parsedOf(message) }
}

async function streamed({ chat }: OpenAI, asked: Asked, { tools, signal, hear }: Question): Promise<Heard> {
  const options = { ...(signal && { signal }) }
  const live = { ...asked, stream: true as const, stream_options: { include_usage: true } }
  const stream = tools
    ? chat.completions.runTools({ ...live, tools: tools.map(runnable) }, options)
    : chat.completions.stream(live, options)
  const pieces: string[] = []
  let thoughts = ''
  stream.on('chunk', ({ choices: [choice] }) => (thoughts += thoughtsOf(choice?.delta)))
  stream.on('content', (piece) => {
    pieces.push(piece)
    hear?.(piece)
  })
  const reply = await stream.finalChatCompletion()
  return { ...heard(reply, stream.messages), pieces, thoughts }
}

function said({ system, developer, text, image }: Question): readonly ChatCompletionMessageParam[] {
  const parts: ChatCompletionContentPart[] = [
    { type: 'text', text },
    ...(image === undefined ? [] : [{ type: 'image_url' as const, image_url: { url: image } }]),
  ]
  return [
    ...(system === undefined ? [] : [{ role: 'system' as const, content: system }]),
    ...(developer === undefined ? [] : [{ role: 'developer' as const, content: developer }]),
    { role: 'user', content: image === undefined ? text : parts },
  ]
}

function settings({ schema, effort, maxTokens, temperature, stop }: Question) {
  return {
    ...(schema && { response_format: zodResponseFormat(schema, 'answer') }),
    ...(effort && { reasoning_effort: effort }),
    ...(maxTokens !== undefined && { max_completion_tokens: maxTokens }),
    ...(temperature !== undefined && { temperature }),
    ...(stop !== undefined && { stop }),
  }
}

function runnable({ name, description, parameters, run }: Tool) {
  return zodFunction({ name, description, parameters, function: run })
}

/** The thoughts of a message or of a delta: what the SDK has no name for, it hands on as it is. */
export function thoughtsOf(told: object | undefined): string {
  const { reasoning_content: thoughts = '' }: { reasoning_content?: string } = told ?? {}
  return thoughts
}

function parsedOf(message: object | undefined): unknown {
  const { parsed }: { parsed?: unknown } = message ?? {}
  return parsed
}

function tokens({ usage }: ChatCompletion): Answer['usage'] {
  return usage && { input: usage.prompt_tokens, output: usage.completion_tokens, total: usage.total_tokens }
}
