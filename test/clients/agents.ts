/**
 * OpenAI's Agents SDK.
 *
 * @see https://github.com/openai/openai-agents-js
 * @module
 */
import {
  Agent,
  type AgentInputItem,
  type AgentOutputType,
  isOpenAIChatCompletionsRawModelStreamEvent,
  OpenAIProvider,
  Runner,
  type RunResult,
  setTracingDisabled,
  type StreamedRunResult,
  tool,
} from '@openai/agents'
import OpenAI from 'openai'
import type { ChatCompletion } from 'openai/resources/chat/completions'
import type { Access, Answer, Client, Conversation, Question } from './client.ts'
import { explainOpenAI, thoughtsOf } from './openai.ts'

setTracingDisabled(true)

/** The SDK, speaking chat completions. */
export const agentsChat: Client = {
  name: 'OpenAI Agents SDK',
  package: '@openai/agents',
  protocol: 'chat completions',
  lacks: { 'developer message': 'An agent has instructions, which it sends as a system message' },
  connect({ baseURL, key, model, retries }: Access) {
    const openAIClient = new OpenAI({ baseURL, apiKey: key, maxRetries: retries })
    const runner = new Runner({ modelProvider: new OpenAIProvider({ openAIClient, useResponses: false }) })
    return converse(runner, model, [])
  },
  explain: (error) => (error instanceof Cancelled ? { kind: 'abort', message: error.message } : explainOpenAI(error)),
}

/** The SDK does not reject a run whose signal was aborted while it streamed: it ends the stream and says so. */
class Cancelled extends Error {
  override readonly message = 'The run was cancelled.'
}

function converse(runner: Runner, model: string, history: readonly AgentInputItem[]): Conversation {
  return {
    async ask(question) {
      const { signal, stream } = question
      const options = { ...(signal && { signal }) }
      const agent = agentFor(question, model)
      const input = [...history, said(question)]
      const { result, ...heard } = stream
        ? await streamed(await runner.run(agent, input, { ...options, stream: true }), question)
        : whole(await runner.run(agent, input, options))
      const { finalOutput: output, rawResponses } = result
      const { inputTokens, outputTokens, totalTokens } = rawResponses.at(-1)?.usage ?? {}
      return {
        text: typeof output === 'string' ? output : '',
        object: output,
        usage: { input: inputTokens, output: outputTokens, total: totalTokens },
        ...heard,
        conversation: converse(runner, model, result.history),
      }
    },
  }
}

type Assistant = Agent<unknown, AgentOutputType>

interface Heard extends Pick<Answer, 'pieces' | 'thoughts' | 'finish'> {
  readonly result: Pick<RunResult<unknown, Assistant>, 'finalOutput' | 'rawResponses' | 'history'>
}

/** Its own items tell thoughts only where they are called `reasoning`, but it hands on the reply as it came. */
function whole(result: RunResult<unknown, Assistant>): Heard {
  const choice = choiceOf(result.rawResponses.at(-1)?.providerData)
  return { result, pieces: [], thoughts: thoughtsOf(choice?.message), finish: choice?.finish_reason }
}

async function streamed(result: StreamedRunResult<unknown, Assistant>, { hear }: Question): Promise<Heard> {
  const pieces: string[] = []
  let thoughts = ''
  let finish: string | undefined
  for await (const event of result) {
    if (isOpenAIChatCompletionsRawModelStreamEvent(event)) {
      const [choice] = event.data.event.choices
      thoughts += thoughtsOf(choice?.delta)
      finish = choice?.finish_reason ?? finish
    } else if (event.type === 'raw_model_stream_event' && event.data.type === 'output_text_delta') {
      pieces.push(event.data.delta)
      hear?.(event.data.delta)
    }
  }
  await result.completed
  if (result.cancelled) throw new Cancelled()
  return { result, pieces, thoughts, finish }
}

function agentFor(
  { system, tools = [], schema, effort, maxTokens, temperature, stop }: Question,
  model: string,
): Assistant {
  return new Agent<unknown, AgentOutputType>({
    name: 'Assistant',
    model,
    ...(system !== undefined && { instructions: system }),
    tools: tools.map(({ name, description, parameters, run }) =>
      tool({ name, description, parameters, execute: async (input) => run(input) }),
    ),
    outputType: schema ?? 'text',
    modelSettings: {
      ...(effort && { reasoning: { effort } }),
      ...(maxTokens !== undefined && { maxTokens }),
      ...(temperature !== undefined && { temperature }),
      ...(stop !== undefined && { providerData: { stop } }),
    },
  })
}

function said({ text, image }: Question): AgentInputItem {
  if (image === undefined) return { role: 'user', content: text }
  return {
    role: 'user',
    content: [
      { type: 'input_text', text },
      { type: 'input_image', image },
    ],
  }
}

/** The choice of a reply, which is handed on without a type. */
function choiceOf(reply: Partial<ChatCompletion> = {}): ChatCompletion.Choice | undefined {
  return reply.choices?.[0]
}
