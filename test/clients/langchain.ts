/**
 * LangChain's model for OpenAI.
 *
 * @see https://docs.langchain.com/oss/javascript/integrations/chat/openai
 * @module
 */
import assert from 'node:assert/strict'
import {
  AIMessage,
  type AIMessageChunk,
  type BaseMessage,
  ChatMessage,
  HumanMessage,
  SystemMessage,
  type UsageMetadata,
} from '@langchain/core/messages'
import { tool } from '@langchain/core/tools'
import { ChatOpenAI, type ChatOpenAIFields } from '@langchain/openai'
import { z } from 'zod'
import { ALONE, type Access, type Answer, type Client, type Conversation, NO_STOP } from './client.ts'
import type { Question, Trouble } from './client.ts'
import { explainOpenAI } from './openai.ts'
import { finishOf } from './openai-responses.ts'

/** The model, speaking chat completions. */
export const langchainChat: Client = {
  name: 'LangChain',
  package: '@langchain/openai',
  protocol: 'chat completions',
  needs: 'thoughts',
  lacks: ALONE,
  connect: (access) => converse(access, { useResponsesApi: false }, []),
  explain,
}

/** The model, sending back all items of its replies, though the other side keeps them too. */
export const langchainItems = speaking('items sent back', {})

/** The model, keeping the conversation to itself, sealed thoughts included. */
export const langchainStateless = speaking('store: false', {
  zdrEnabled: true,
  modelKwargs: { include: ['reasoning.encrypted_content'] },
})

function speaking(mode: string, fields: ChatOpenAIFields): Client {
  return {
    name: 'LangChain',
    package: '@langchain/openai',
    protocol: 'responses',
    mode,
    needs: 'nothing',
    lacks: { ...NO_STOP, ...ALONE },
    connect: (access) => converse(access, { ...fields, useResponsesApi: true }, []),
    explain,
  }
}

/** Its errors are the SDK's, but for aborts, which are the web platform's. */
function explain(error: unknown): Trouble {
  if (error instanceof Error && error.name === 'AbortError') return { kind: 'abort', message: error.message }
  return explainOpenAI(error)
}

function converse(access: Access, fields: ChatOpenAIFields, history: readonly BaseMessage[]): Conversation {
  return {
    async ask(question) {
      const model = modelFor(question, access, fields)
      const messages = [...history, ...said(question)]
      const {
        reply,
        messages: added,
        ...heard
      } = question.schema ? await structured(model, messages, question) : await loop(model, messages, question)
      const spent: Partial<UsageMetadata> = reply.usage_metadata ?? {}
      const { finish_reason: finish = finishOf(reply.response_metadata) } = reply.response_metadata
      return {
        text: reply.text,
        thoughts: thoughtsOf(reply),
        finish: String(finish),
        usage: { input: spent.input_tokens, output: spent.output_tokens, total: spent.total_tokens },
        ...heard,
        conversation: converse(access, fields, [...messages, ...added, reply]),
      }
    },
  }
}

interface Heard extends Pick<Answer, 'pieces' | 'object'> {
  readonly reply: AIMessage
  /** What was said between question and reply. */
  readonly messages: readonly BaseMessage[]
}

/** Calls the tools that the model asks for, until it asks for no more. */
async function loop(model: ChatOpenAI, messages: readonly BaseMessage[], question: Question): Promise<Heard> {
  const { stream, hear } = question
  const tools = (question.tools ?? []).map(({ name, description, parameters, run }) =>
    tool((input: { city: string }) => run(input), { name, description, schema: parameters }),
  )
  const bound = tools.length > 0 ? model.bindTools(tools) : model
  const options = optionsOf(question)
  const added: BaseMessage[] = []
  const pieces: string[] = []
  const listen = async (asked: BaseMessage[]): Promise<AIMessage> => {
    let reply: AIMessageChunk | undefined
    for await (const chunk of await bound.stream(asked, options)) {
      reply = reply?.concat(chunk) ?? chunk
      if (chunk.text === '') continue
      pieces.push(chunk.text)
      hear?.(chunk.text)
    }
    assert.ok(reply)
    return reply
  }
  for (;;) {
    const asked = [...messages, ...added]
    const reply = stream ? await listen(asked) : await bound.invoke(asked, options)
    if (!reply.tool_calls?.length) return { reply, messages: added, pieces, object: undefined }
    added.push(reply)
    for (const call of reply.tool_calls) {
      const called = tools.find(({ name }) => name === call.name)
      if (called) added.push(await called.invoke({ ...call, type: 'tool_call' }))
    }
  }
}

async function structured(model: ChatOpenAI, messages: BaseMessage[], question: Question): Promise<Heard> {
  const { schema = z.object(), stream } = question
  const former = model.withStructuredOutput(schema, { name: 'answer', includeRaw: true })
  const options = optionsOf(question)
  const told: Partial<{ raw: BaseMessage; parsed: unknown }> = {}
  const parts = stream ? await former.stream(messages, options) : [await former.invoke(messages, options)]
  for await (const part of parts) Object.assign(told, part)
  assert.ok(AIMessage.isInstance(told.raw))
  return { reply: told.raw, messages: [], pieces: [], object: told.parsed }
}

function optionsOf({ signal }: Question) {
  return { ...(signal && { signal }) }
}

/** In chat completions it keeps them beside its content, as they came. */
function thoughtsOf({ additional_kwargs: beside, contentBlocks }: AIMessage): string {
  const spoken = contentBlocks.flatMap((block) => (block.type === 'reasoning' ? [block.reasoning] : []))
  return String(beside['reasoning_content'] ?? spoken.join(''))
}

function said({ system, developer, text, image }: Question): readonly BaseMessage[] {
  const parts = [
    { type: 'text', text },
    { type: 'image_url', image_url: { url: image } },
  ]
  return [
    ...(system === undefined ? [] : [new SystemMessage(system)]),
    ...(developer === undefined ? [] : [new ChatMessage(developer, 'developer')]),
    new HumanMessage(image === undefined ? text : { content: parts }),
  ]
}

function modelFor(
  { effort, maxTokens, temperature, stop }: Question,
  { baseURL, key, model, retries }: Access,
  fields: ChatOpenAIFields,
): ChatOpenAI {
  const thinking = fields.useResponsesApi ? { reasoning: { effort, summary: 'auto' } } : { reasoning_effort: effort }
  return new ChatOpenAI({
    model,
    apiKey: key,
    maxRetries: retries,
    configuration: { baseURL },
    ...fields,
    ...(maxTokens !== undefined && { maxTokens }),
    ...(temperature !== undefined && { temperature }),
    ...(stop !== undefined && { stop: [stop] }),
    // It has a setting for effort, but sends it only to models whose names it knows.
    modelKwargs: { ...fields.modelKwargs, ...(effort && thinking) },
  })
}
