/**
 * Counting the tokens of a request to the Responses API, emulated.
 *
 * @see https://platform.openai.com/docs/api-reference/responses/input-tokens
 * @module
 */
import { z } from 'zod'
import { tokens } from '../../../src/sandbox.ts'
import { firstProblem, modelName, tell } from '../../../src/sandbox/stage.ts'
import type { Answering } from './embed.ts'

const free = z.looseObject({})

/** What can be counted: `InputTokenCountParams` of OpenAI's SDK. No conversation is kept here. */
const countRequest = z.strictObject({
  model: z.string().min(1),
  input: z.union([z.string(), z.array(free)]).nullish(),
  instructions: z.string().nullish(),
  tools: z.array(free).nullish(),
  tool_choice: z.union([z.string(), free]).nullish(),
  text: free.nullish(),
  reasoning: free.nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  personality: z.string().max(64).optional(),
  truncation: z.enum(['auto', 'disabled']).optional(),
})

/** Answers how long a request is. `models` are those that chat. */
export async function count(request: Request, models: readonly string[], answering: Answering): Promise<Response> {
  const { fail, refuse, unknown, told } = answering
  const judged = countRequest.safeParse(await request.json().catch(() => undefined))
  if (!judged.success) return refuse(firstProblem(judged.error.issues))
  const { model, instructions, input, tools, text } = judged.data
  if (!models.includes(modelName(model))) return unknown(model)
  const said = JSON.stringify([instructions, input, tools, text?.['format']])
  const prompt = { model, text: said, instructions: '', attachments: [], results: [], tools: [] }
  return tell(
    request,
    { ...prompt, choice: 'none', parallel: true, thinking: false, stop: [] },
    {
      streamed: false,
      reply: () => ({ body: { object: 'response.input_tokens', input_tokens: tokens(said) }, events: [] }),
      failure: '',
      headers: told(),
      fail,
    },
  )
}
