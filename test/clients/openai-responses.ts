/**
 * OpenAI's own SDK, speaking responses: its users call their tools themselves, and keep a conversation in one of three
 * ways.
 *
 * @see https://platform.openai.com/docs/guides/conversation-state
 * @module
 */
import OpenAI from 'openai'
import { zodResponsesFunction, zodTextFormat } from 'openai/helpers/zod'
import { toResponseInputItems } from 'openai/lib/responses/ResponseInputItems'
import type {
  Response,
  ResponseCreateParams,
  ResponseInputContent,
  ResponseInputItem,
  ResponseOutputItem,
} from 'openai/resources/responses/responses'
import { ALONE, type Answer, type Client, type Conversation, NO_STOP, type Question, type Tool } from './client.ts'
import { explainOpenAI } from './openai.ts'

/** What is sent of a conversation. */
interface Course {
  readonly input: readonly ResponseInputItem[]
  readonly previous_response_id?: string
}

/** A way to keep a conversation. */
interface Way extends Pick<Client, 'needs'> {
  readonly settings: Pick<ResponseCreateParams, 'store' | 'include'>
  /** What is sent the next time, before what is new. */
  next(course: Course, response: Response): Course
}

/** The SDK, leaving it to the other side to keep the conversation. */
export const openaiPrevious = speaking('previous_response_id', {
  needs: 'replies',
  settings: {},
  next: (_, { id }) => ({ input: [], previous_response_id: id }),
})

/** The SDK, sending all items back, though the other side keeps them too. */
export const openaiItems = speaking('items sent back', { needs: 'nothing', settings: {}, next: whole })

/** The SDK, keeping the conversation to itself, sealed thoughts included. */
export const openaiStateless = speaking('store: false', {
  needs: 'nothing',
  settings: { store: false, include: ['reasoning.encrypted_content'] },
  next: whole,
})

/** Why a response ended, in the words of chat completions. */
export function finishOf({ status, incomplete_details: details }: Partial<Response>): string | undefined {
  if (status === 'completed') return 'stop'
  return details?.reason === 'max_output_tokens' ? 'length' : (details?.reason ?? status)
}

/** What is told of the thoughts of a model. */
export function summaryOf(output: readonly ResponseOutputItem[] = []): string {
  return output
    .flatMap((item) => (item.type === 'reasoning' ? item.summary : []))
    .map(({ text }) => text)
    .join('')
}

function whole({ input }: Course, { output }: Response): Course {
  return { input: [...input, ...toResponseInputItems(output)] }
}

function speaking(mode: string, way: Way): Client {
  return {
    name: 'OpenAI SDK',
    package: 'openai',
    protocol: 'responses',
    mode,
    needs: way.needs,
    lacks: { ...NO_STOP, ...ALONE },
    connect({ baseURL, key, model, retries }) {
      const client = new OpenAI({ baseURL, apiKey: key, maxRetries: retries })
      return converse({ client, model, way }, { input: [] })
    },
    explain: explainOpenAI,
  }
}

interface Line {
  readonly client: OpenAI
  readonly model: string
  readonly way: Way
}

function converse(line: Line, course: Course): Conversation {
  return {
    async ask(question) {
      const { response, pieces, thoughts, course: after } = await loop(line, joined(course, said(question)), question)
      const { input_tokens: input, output_tokens: output, total_tokens: total } = response.usage ?? {}
      return {
        text: response.output_text,
        pieces,
        thoughts,
        object: parsedOf(response),
        finish: finishOf(response),
        usage: { input, output, total },
        conversation: converse(line, after),
      }
    },
  }
}

interface Heard extends Pick<Answer, 'pieces' | 'thoughts'> {
  readonly response: Response
}

/** Calls the tools that the model asks for, until it asks for no more. */
async function loop(line: Line, begun: Course, question: Question): Promise<Heard & { readonly course: Course }> {
  for (let course = begun; ;) {
    const heard = await reply(line, course, question)
    const next = line.way.next(course, heard.response)
    const results = heard.response.output.flatMap((item) => resultsOf(item, question.tools))
    if (results.length === 0) return { ...heard, course: next }
    course = joined(next, results)
  }
}

async function reply({ client: { responses }, model, way }: Line, course: Course, question: Question): Promise<Heard> {
  const { schema, stream, signal, hear } = question
  const options = { ...(signal && { signal }) }
  const asked = { model, ...way.settings, ...course, input: [...course.input], ...settings(question) }
  if (!stream) {
    // Without a schema to fit, a reply that was cut is no error.
    const response = schema ? await responses.parse(asked, options) : await responses.create(asked, options)
    return { response, pieces: [], thoughts: summaryOf(response.output) }
  }
  const pieces: string[] = []
  let thoughts = ''
  const live = responses.stream(asked, options)
  live.on('response.output_text.delta', ({ delta }) => {
    pieces.push(delta)
    hear?.(delta)
  })
  live.on('response.reasoning_summary_text.delta', ({ delta }) => (thoughts += delta))
  return { response: await live.finalResponse(), pieces, thoughts }
}

function resultsOf(item: ResponseOutputItem, tools: readonly Tool[] = []): readonly ResponseInputItem[] {
  if (item.type !== 'function_call') return []
  const called = tools.find(({ name }) => name === item.name)
  if (!called) return []
  const output = called.run(called.parameters.parse(JSON.parse(item.arguments)))
  return [{ type: 'function_call_output', call_id: item.call_id, output }]
}

function joined({ input, ...course }: Course, added: readonly ResponseInputItem[]): Course {
  return { ...course, input: [...input, ...added] }
}

function said({ developer, text, image }: Question): readonly ResponseInputItem[] {
  const parts: ResponseInputContent[] = [
    { type: 'input_text', text },
    ...(image === undefined ? [] : [{ type: 'input_image' as const, image_url: image, detail: 'auto' as const }]),
  ]
  return [
    ...(developer === undefined ? [] : [{ role: 'developer' as const, content: developer }]),
    { role: 'user', content: image === undefined ? text : parts },
  ]
}

function settings({ system, tools, schema, effort, maxTokens, temperature }: Question) {
  return {
    ...(system !== undefined && { instructions: system }),
    ...(tools && {
      tools: tools.map(({ name, description, parameters }) => zodResponsesFunction({ name, description, parameters })),
    }),
    ...(schema && { text: { format: zodTextFormat(schema, 'answer') } }),
    ...(effort && { reasoning: { effort, summary: 'auto' as const } }),
    ...(maxTokens !== undefined && { max_output_tokens: maxTokens }),
    ...(temperature !== undefined && { temperature }),
  }
}

function parsedOf(response: object): unknown {
  const { output_parsed: parsed }: { output_parsed?: unknown } = response
  return parsed
}
