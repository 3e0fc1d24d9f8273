/**
 * Vercel's AI SDK.
 *
 * @see https://ai-sdk.dev/providers/openai-compatible-providers
 * @module
 */
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
import type { Access, Client, Conversation, Kind, Question, Trouble } from './client.ts'

/** The SDK with its provider for APIs like OpenAI's, speaking chat completions. */
export const aiSdkChat: Client = {
  name: 'AI SDK',
  package: '@ai-sdk/openai-compatible',
  protocol: 'chat completions',
  lacks: { 'developer message': 'Its messages are system, user, assistant and tool' },
  connect({ baseURL, key, model, retries }: Access) {
    const settings = { name: 'dragoman', includeUsage: true, supportsStructuredOutputs: true }
    return converse(createOpenAICompatible({ ...settings, baseURL, apiKey: key })(model), retries, [])
  },
  explain,
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

function converse(model: LanguageModel, maxRetries: number, history: readonly ModelMessage[]): Conversation {
  return {
    async ask(question) {
      const messages = [...history, said(question)]
      const asked = { model, maxRetries, messages, ...settings(question) }
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
        conversation: converse(model, maxRetries, [...messages, ...(await result.responseMessages)]),
      }
    },
  }
}

type Asked = ReturnType<typeof settings> & { model: LanguageModel; maxRetries: number; messages: ModelMessage[] }

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
