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
  isOpenAIResponsesRawModelStreamEvent,
  type ModelSettings,
  OpenAIProvider,
  Runner,
  type RunResult,
  setTracingDisabled,
  type StreamedRunResult,
  tool,
} from '@openai/agents'
import OpenAI from 'openai'
import type { ChatCompletion } from 'openai/resources/chat/completions'
import type { Response } from 'openai/resources/responses/responses'
import { type Access, type Answer, type Client, type Conversation, NO_STOP } from './client.ts'
import type { Question, Trouble } from './client.ts'
import { explainOpenAI, thoughtsOf } from './openai.ts'
import { finishOf, summaryOf } from './openai-responses.ts'

setTracingDisabled(true)

const NO_DEVELOPER = { 'developer message': 'an agent has instructions, which it sends as a system message' }

/** The SDK, speaking chat completions. */
export const agentsChat: Client = {
  name: 'OpenAI Agents SDK',
  package: '@openai/agents',
  protocol: 'chat completions',
  needs: 'thoughts',
  lacks: NO_DEVELOPER,
  connect: (access) =>
    converse({ model: access.model, runner: runnerFor(access, false), next: entire }, { history: [] }),
  explain,
}

/** The SDK as it is by default. */
export const agentsItems = speaking('items sent back', 'nothing', entire)

/** The SDK, leaving it to the other side to keep the conversation. */
export const agentsPrevious = speaking('previousResponseId', 'replies', ({ lastResponseId }) => ({
  history: [],
  ...(lastResponseId !== undefined && { previousResponseId: lastResponseId }),
}))

function speaking(mode: string, needs: Client['needs'], next: Line['next']): Client {
  const cut = 'a reply that was cut is thrown away'
  return {
    name: 'OpenAI Agents SDK',
    package: '@openai/agents',
    protocol: 'responses',
    mode,
    needs,
    lacks: { ...NO_STOP, ...NO_DEVELOPER, 'limit on tokens': cut, 'limit on tokens, streamed': cut },
    connect: (access) => converse({ model: access.model, runner: runnerFor(access, true), next }, { history: [] }),
    explain,
  }
}

function runnerFor({ baseURL, key, retries }: Access, useResponses: boolean): Runner {
  const openAIClient = new OpenAI({ baseURL, apiKey: key, maxRetries: retries })
  return new Runner({ modelProvider: new OpenAIProvider({ openAIClient, useResponses }) })
}

function explain(error: unknown): Trouble {
  return error instanceof Cancelled ? { kind: 'abort', message: error.message } : explainOpenAI(error)
}

/** The SDK does not reject a run whose signal was aborted while it streamed: it ends the stream and says so. */
class Cancelled extends Error {
  override readonly message = 'The run was cancelled.'
}

/** What is sent of a conversation. */
interface Course {
  readonly history: readonly AgentInputItem[]
  readonly previousResponseId?: string
}

interface Line {
  readonly model: string
  readonly runner: Runner
  /** What is sent the next time, before what is new. */
  next(result: Heard['result']): Course
}

function entire({ history }: Heard['result']): Course {
  return { history }
}

function converse(line: Line, { history, ...previous }: Course): Conversation {
  return {
    async ask(question) {
      const { signal, stream } = question
      const options = { ...previous, ...(signal && { signal }) }
      const agent = agentFor(question, line)
      const input = [...history, said(question)]
      const { result, ...heard } = stream
        ? await streamed(await line.runner.run(agent, input, { ...options, stream: true }), question)
        : whole(await line.runner.run(agent, input, options))
      const { finalOutput: output, rawResponses } = result
      const { inputTokens, outputTokens, totalTokens } = rawResponses.at(-1)?.usage ?? {}
      return {
        text: typeof output === 'string' ? output : '',
        object: output,
        usage: { input: inputTokens, output: outputTokens, total: totalTokens },
        ...heard,
        conversation: converse(line, line.next(result)),
      }
    },
  }
}

type Assistant = Agent<unknown, AgentOutputType>

interface Heard extends Pick<Answer, 'pieces' | 'thoughts' | 'finish'> {
  readonly result: Pick<RunResult<unknown, Assistant>, 'finalOutput' | 'rawResponses' | 'history' | 'lastResponseId'>
}

/** Its own items tell thoughts only where they are called `reasoning`, but it hands on the reply as it came. */
function whole(result: RunResult<unknown, Assistant>): Heard {
  const reply: Reply = result.rawResponses.at(-1)?.providerData ?? {}
  const [choice] = reply.choices ?? []
  const thoughts = thoughtsOf(choice?.message) + summaryOf(reply.output)
  return { result, pieces: [], thoughts, finish: choice?.finish_reason ?? finishOf(reply) }
}

/** A reply as it came, in either protocol. */
type Reply = Partial<Pick<ChatCompletion, 'choices'> & Pick<Response, 'output' | 'status' | 'incomplete_details'>>

async function streamed(result: StreamedRunResult<unknown, Assistant>, { hear }: Question): Promise<Heard> {
  const pieces: string[] = []
  let thoughts = ''
  let finish: string | undefined
  for await (const event of result) {
    if (isOpenAIChatCompletionsRawModelStreamEvent(event)) {
      const [choice] = event.data.event.choices
      thoughts += thoughtsOf(choice?.delta)
      finish = choice?.finish_reason ?? finish
    } else if (isOpenAIResponsesRawModelStreamEvent(event)) {
      const { event: told } = event.data
      if (told.type === 'response.reasoning_summary_text.delta') thoughts += told.delta
      if (told.type === 'response.completed') finish = finishOf(told.response)
    } else if (event.type === 'raw_model_stream_event' && event.data.type === 'output_text_delta') {
      pieces.push(event.data.delta)
      hear?.(event.data.delta)
    }
  }
  await result.completed
  if (result.cancelled) throw new Cancelled()
  return { result, pieces, thoughts, finish }
}

function agentFor(question: Question, { model }: Line): Assistant {
  const { system, tools = [], schema, effort, maxTokens, temperature, stop, colleague } = question
  const modelSettings: ModelSettings = {
    ...(effort && { reasoning: { effort, summary: 'auto' } }),
    ...(maxTokens !== undefined && { maxTokens }),
    ...(temperature !== undefined && { temperature }),
    ...(stop !== undefined && { providerData: { stop } }),
  }
  return new Agent<unknown, AgentOutputType>({
    name: 'Assistant',
    model,
    ...(system !== undefined && { instructions: system }),
    tools: tools.map(({ name, description, parameters, run }) =>
      tool({ name, description, parameters, execute: async (input) => run(input) }),
    ),
    handoffs: colleague
      ? [new Agent({ name: colleague.name, instructions: colleague.system, model, modelSettings })]
      : [],
    outputType: schema ?? 'text',
    modelSettings,
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
