/**
 * The native request, judged: the rules between its parts. The messages are the provider's own words where they are known.
 *
 * @module
 */
import type { SeenPart } from './strict-parts.ts'
import type { SeenRequest } from './strict.ts'

/** Something a request does that the provider refuses. */
export interface Breach {
  readonly path: readonly (string | number)[]
  readonly message: string
}

/** Everything a request does that the provider refuses, beyond what is wrong with its parts. */
export function* rules(request: SeenRequest): Iterable<Breach> {
  yield* turnRules(request)
  yield* toolRules(request)
  yield* formRules(request)
  if (request.cachedContent !== undefined && (request.systemInstruction || request.tools || request.toolConfig)) {
    yield {
      path: ['cachedContent'],
      message: 'Tool config, tools and system instruction should not be set in the request when using cached content.',
    }
  }
}

/** Every turn of calls is answered in the next one, by as many results of the same names. Neighbours of one role are one turn. */
function* turnRules({ contents }: SeenRequest): Iterable<Breach> {
  const path = ['contents']
  const turns = merged(contents)
  if (turns[0]?.role === 'model')
    yield { path, message: 'Please ensure that the conversation begins with a user turn.' }
  for (const [index, { role, parts }] of turns.entries()) {
    const calls = parts.filter(({ functionCall }) => functionCall)
    const results = parts.filter(({ functionResponse }) => functionResponse)
    if (role === 'user' && calls.length > 0) yield { path, message: 'Function calls are the model’s.' }
    if (role === 'model' && results.length > 0) yield { path, message: 'Function responses are the user’s.' }
    const before = turns[index - 1]?.parts.filter(({ functionCall }) => functionCall) ?? []
    const next = turns[index + 1]?.parts.filter(({ functionResponse }) => functionResponse) ?? []
    if (next.length < calls.length || results.length !== (role === 'user' ? before.length : 0))
      yield { path, message: EQUAL }
    else if (results.some((result, at) => !answers(result, before[at])))
      yield { path, message: 'Function responses follow their calls, in the same order and under the same ids.' }
  }
}

interface SeenTurn {
  readonly role: string
  readonly parts: SeenPart[]
}

function merged(contents: SeenRequest['contents']): readonly SeenTurn[] {
  const turns: SeenTurn[] = []
  for (const { role = 'user', parts } of contents) {
    const last = turns.at(-1)
    if (last?.role === role) last.parts.push(...parts)
    else turns.push({ role, parts: [...parts] })
  }
  return turns
}

const EQUAL =
  'Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.'

function answers({ functionResponse: result }: SeenPart, call: SeenPart | undefined): boolean {
  const called = call?.functionCall
  return result?.name === called?.name && result?.id === called?.id
}

function* toolRules({ tools = [], toolConfig }: SeenRequest): Iterable<Breach> {
  const names = tools.flatMap(({ functionDeclarations }) => functionDeclarations ?? []).map(({ name }) => name)
  if (new Set(names).size < names.length) yield { path: ['tools'], message: 'Duplicate function declaration found.' }
  const { mode, allowedFunctionNames = [] } = toolConfig?.functionCallingConfig ?? {}
  const path = ['toolConfig', 'functionCallingConfig']
  if (allowedFunctionNames.length > 0 && mode !== 'ANY' && mode !== 'VALIDATED')
    yield { path, message: 'Allowed function names should only be set when the mode is ANY or VALIDATED.' }
  const strange = allowedFunctionNames.find((name) => !names.includes(name))
  if (strange !== undefined)
    yield { path, message: `allowed_function_names contains "${strange}", which is not declared.` }
}

function* formRules({ generationConfig = {} }: SeenRequest): Iterable<Breach> {
  const { responseMimeType, responseSchema, responseJsonSchema, thinkingConfig, logprobs, responseLogprobs } =
    generationConfig
  const path = ['generationConfig']
  if (responseSchema && responseJsonSchema)
    yield { path, message: 'Only one of response_schema and response_json_schema may be set.' }
  if ((responseSchema || responseJsonSchema) && (responseMimeType ?? 'text/plain') === 'text/plain')
    yield { path, message: 'A response schema needs a response_mime_type of application/json.' }
  if (thinkingConfig?.thinkingBudget !== undefined && thinkingConfig.thinkingLevel !== undefined)
    yield { path, message: 'You can only set only one of thinking budget and thinking level.' }
  if (logprobs !== undefined && !responseLogprobs) yield { path, message: 'logprobs needs response_logprobs.' }
}
