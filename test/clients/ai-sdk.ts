/**
 * Vercel's AI SDK.
 *
 * @see https://ai-sdk.dev/providers/openai-compatible-providers
 * @see https://ai-sdk.dev/providers/ai-sdk-providers/openai
 * @module
 */
import { createOpenAI } from '@ai-sdk/openai'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import {
  APICallError,
  generateText,
  isStepCount,
  type LanguageModel,
  type ModelMessage,
  Output,
  StreamProviderError,
  streamText,
  tool,
} from 'ai'
import { ALONE, type Access, type Client, type Conversation, type Kind, NO_STOP } from './client.ts'
import type { Question, Trouble } from './client.ts'

const NO_DEVELOPER = { 'developer message': 'its messages are system, user, assistant and tool' }

/** The SDK with its provider for APIs like OpenAI's, speaking chat completions. */
export const aiSdkChat: Client = {
  name: 'AI SDK',
  package: '@ai-sdk/openai-compatible',
  protocol: 'chat completions',
  needs: 'thoughts',
  lacks: { ...ALONE, ...NO_DEVELOPER },
  connect({ baseURL, key, model: id, retries }: Access) {
    const settings = { name: 'dragoman', includeUsage: true, supportsStructuredOutputs: true }
    const model = createOpenAICompatible({ ...settings, baseURL, apiKey: key })(id)
    return converse({ model, retries, options: () => ({}) }, [])
  },
  explain,
}

/** The SDK with its provider for OpenAI, which refers to items by their ids, and counts on the other side to keep them. */
export const aiSdkReferences = speaking('item references', {})

/** The same, sending everything back. */
export const aiSdkStateless = speaking('store: false', { store: false })

function speaking(mode: string, own: { readonly store?: false }): Client {
  return {
    name: 'AI SDK',
    package: '@ai-sdk/openai',
    protocol: 'responses',
    mode,
    needs: own.store === false ? 'nothing' : 'replies',
    lacks: { ...NO_STOP, ...ALONE, ...NO_DEVELOPER },
    connect({ baseURL, key, model: id, retries }) {
      const model = createOpenAI({ baseURL, apiKey: key }).responses(id)
      // It leaves effort out, and thoughts, for models whose names it does not know.
      const options = ({ effort }: Question) => ({ openai: { ...own, ...(effort && { forceReasoning: true }) } })
      return converse({ model, retries, options }, [])
    },
    explain,
  }
}

/** What an error of the SDK says. There is one class for all statuses. */
function explain(error: unknown): Trouble {
  if (APICallError.isInstance(error)) {
    const { message, statusCode: status = 0, responseHeaders } = error
    return { kind: KINDS[status] ?? 'server', message, status, retryAfter: responseHeaders?.['retry-after'] }
  }
  if (StreamProviderError.isInstance(error)) return { kind: 'broken', message: error.message }
  if (error instanceof DOMException && error.name === 'AbortError') return { kind: 'abort', message: error.message }
  return { kind: 'unknown', message: String(error) }
}

const KINDS: Readonly<Record<number, Kind>> = {
  400: 'bad request',
  401: 'authentication',
  404: 'not found',
  429: 'rate limit',
}

interface Line {
  readonly model: LanguageModel
  readonly retries: number
  /** What is set beside what every provider has. */
  options(question: Question): Record<string, Record<string, boolean>>
}

function converse(line: Line, history: readonly ModelMessage[]): Conversation {
  const { model, retries: maxRetries, options } = line
  return {
    async ask(question) {
      const messages = [...history, said(question)]
      const asked = { model, maxRetries, messages, providerOptions: options(question), ...settings(question) }
      const pieces: string[] = []
      const result = question.stream ? await streamed(asked, question, pieces) : await generateText(asked)
      const { inputTokens: input, outputTokens: output, totalTokens: total } = await result.usage
      return {
        text: await result.text,
        pieces,
        thoughts: (await result.reasoningText) ?? '',
        object: question.schema && (await result.output),
        finish: (await result.finishReason).replaceAll('-', '_'),
        usage: { input, output, total },
        conversation: converse(line, [...messages, ...(await result.responseMessages)]),
      }
    },
  }
}

interface Asked extends ReturnType<typeof settings> {
  readonly model: LanguageModel
  readonly maxRetries: number
  readonly messages: ModelMessage[]
  readonly providerOptions: ReturnType<Line['options']>
}

/** Errors are parts of the stream. */
async function streamed(asked: Asked, { hear }: Question, pieces: string[]) {
  const result = streamText({ ...asked, onError() {} })
  for await (const part of result.stream) {
    if (part.type === 'error') throw part.error
    if (part.type !== 'text-delta') continue
    pieces.push(part.text)
    hear?.(part.text)
  }
  return result
}

function settings(question: Question) {
  const { system, schema, effort, maxTokens, temperature, stop, signal, tools = [] } = question
  return {
    tools: Object.fromEntries(
      tools.map(({ name, description, parameters: inputSchema, run }) => [
        name,
        tool({ description, inputSchema, execute: run }),
      ]),
    ),
    stopWhen: isStepCount(5),
    output: schema ? Output.object({ schema }) : Output.text(),
    ...(system !== undefined && { instructions: system }),
    ...(effort && { reasoning: effort }),
    ...(maxTokens !== undefined && { maxOutputTokens: maxTokens }),
    ...(temperature !== undefined && { temperature }),
    ...(stop !== undefined && { stopSequences: [stop] }),
    ...(signal && { abortSignal: signal }),
  }
}

function said({ text, image }: Question): ModelMessage {
  if (image === undefined) return { role: 'user', content: text }
  return {
    role: 'user',
    content: [
      { type: 'text', text },
      { type: 'file', mediaType: 'image', data: new URL(image) },
    ],
  }
}
