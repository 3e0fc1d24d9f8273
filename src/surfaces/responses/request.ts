/**
 * A request as a client posted it, read into the canonical model.
 *
 * @module
 */
import type { Warn } from '../../adapter.ts'
import type { CachePolicy, ChatRequest, Format, JsonObject, Message, Reasoning } from '../../canonical.ts'
import { keep } from '../../response-store.ts'
import { isObject } from '../../wire/json.ts'
import { cacheMark } from '../chat/cache.ts'
import { present, verbatim } from '../present.ts'
import { type Problem, refusal } from '../problems.ts'
import type { Asked, Session } from '../surface.ts'
import { wellFormed } from '../well-formed.ts'
import { historyOf } from './history.ts'
import { locator } from './locate.ts'
import { resolve } from './resolve.ts'
import { body, stream, type Telling } from './render.ts'
import { echoOf } from './response.ts'
import { responsesRequest, type ResponsesBody } from './schema.ts'
import { toolboxOf, toolChoiceOf, type Toolbox } from './tools.ts'

/** Reads a request. What it refers to is looked up; problems of form come first, then those of sense. */
export async function parse(input: unknown, warn: Warn, session: Session): Promise<Asked> {
  const asked = wellFormed(responsesRequest, input, warn)
  const refused = refusals(asked)
  if (refused.length > 0) throw refusal(refused)
  const { entries, items } = await resolve(asked, input, session)
  const toolbox = toolboxOf(asked, warn)
  const { choice, problems: choiceProblems } = toolChoiceOf(asked, toolbox, warn)
  const history = historyOf(entries, session.seal, warn)
  const problems = [...history.problems, ...toolbox.problems, ...choiceProblems]
  if (problems.length > 0) throw refusal(problems)
  ignored(asked, warn)

  const { instructions } = asked
  const head: readonly Message[] = instructions == null ? [] : [{ role: 'system', content: instructions }]
  const messages = [...head, ...history.messages]
  const places = [...head.map(() => ({ path: 'instructions' })), ...history.places]
  const telling: Telling = {
    id: session.newId('resp_'),
    echo: echoOf(asked, isObject(input) ? input : {}, session.store !== undefined),
    seal: session.seal,
    hidden: asked.reasoning != null && summaryOf(asked.reasoning) == null,
    namespaces: toolbox.namespaces,
    now: session.now,
    keep(response) {
      if (asked.store === false) return
      keep(session.store, session.owner, {
        id: String(response['id']),
        response,
        input: items.map((item) => (item['id'] == null ? { ...item, id: session.newId(prefixOf(item)) } : item)),
        ...present({ previous: asked.previous_response_id }),
      })
    },
  }
  return {
    request: requestOf(asked, messages, toolbox, choice),
    stream: () => stream(telling),
    body: (completion) => body(completion, telling),
    locate: locator(messages, places, toolbox),
  }
}

/** What nobody but OpenAI can do, or what cannot be done at all. */
function refusals({
  background,
  conversation,
  prompt,
  input,
  instructions,
  previous_response_id: previous,
}: ResponsesBody): readonly Problem[] {
  const unsupported = (param: string, message: string): Problem => ({ param, code: 'unsupported_parameter', message })
  const nothing = (input == null || input.length === 0) && previous == null
  return [
    ...(background === true
      ? [unsupported('background', 'Replies in the background are not supported: leave `background` out.')]
      : []),
    ...(conversation != null
      ? [
          unsupported(
            'conversation',
            'Conversations are not kept here: send `previous_response_id`, or the whole `input`.',
          ),
        ]
      : []),
    ...(prompt != null
      ? [unsupported('prompt', 'Stored prompts are not available here: send `instructions` and `input`.')]
      : []),
    ...(nothing && instructions == null
      ? [{ param: 'input', code: 'missing_required_parameter', message: "Missing required parameter: 'input'." }]
      : []),
  ]
}

const LOGPROBS = 'message.output_text.logprobs'
const INCLUDED: ReadonlySet<string> = new Set(['reasoning.encrypted_content', LOGPROBS])

/** Reports what has no effect. */
function ignored(asked: ResponsesBody, warn: Warn): void {
  for (const name of ['access_programs', 'image', 'max_tool_calls'] as const) {
    if (asked[name] != null) warn(name, 'unsupported')
  }
  if (asked.context_management?.length) warn('context_management', 'unsupported')
  if (asked.truncation === 'auto') warn('truncation', 'unsupported')
  if (asked.stream_options?.include_obfuscation === true) warn('stream_options.include_obfuscation', 'unsupported')
  for (const name of ['comparison_response_id', 'prewarm'] as const) {
    const wish = asked.prompt_cache_options?.[name]
    if (wish != null && wish !== false) warn(`prompt_cache_options.${name}`, 'unsupported')
  }
  const { context, mode } = asked.reasoning ?? {}
  if (context === 'current_turn') warn('reasoning.context', 'unsupported')
  if (mode != null && mode !== 'standard') warn('reasoning.mode', 'unsupported')
  for (const [index, name] of (asked.include ?? []).entries()) {
    if (!INCLUDED.has(name)) warn(`include[${index}]`, 'unsupported')
  }
}

function requestOf(
  asked: ResponsesBody,
  messages: readonly Message[],
  { tools, webSearch }: Toolbox,
  toolChoice: ChatRequest['toolChoice'],
): ChatRequest {
  const { top_logprobs: top } = asked
  const logprobs = (top ?? 0) > 0 || asked.include?.includes(LOGPROBS) ? true : undefined
  const extra = Object.entries(asked).filter(([key]) => !(key in responsesRequest.shape))
  return {
    model: asked.model,
    messages,
    stream: asked.stream === true,
    ...present({
      tools: tools.length > 0 ? tools : undefined,
      toolChoice,
      parallelToolCalls: asked.parallel_tool_calls,
      maxTokens: asked.max_output_tokens,
      temperature: asked.temperature,
      topP: asked.top_p,
      topK: asked.top_k,
      logprobs,
      topLogprobs: logprobs && top,
      format: formatOf(asked),
      reasoning: reasoningOf(asked),
      verbosity: asked.text?.verbosity,
      webSearch,
      moderation: asked.moderation,
      user: asked.user,
      safetyIdentifier: asked.safety_identifier,
      metadata: asked.metadata,
      serviceTier: asked.service_tier,
      cache: cacheOf(asked),
    }),
    ...(extra.length > 0 && { extra: verbatim(Object.fromEntries(extra)) }),
  }
}

function formatOf({ text }: ResponsesBody): Format | undefined {
  const format = text?.format
  switch (format?.type) {
    case undefined:
      return undefined
    case 'text':
      return { type: 'text' }
    case 'json_object':
      return { type: 'json' }
    case 'json_schema': {
      const { name, type: _, ...rest } = format
      return { type: 'schema', name, ...present(rest) }
    }
  }
}

/** Whoever asks for reasoning without a summary of it wants its effect, not its words. */
function reasoningOf({ reasoning }: ResponsesBody): Reasoning | undefined {
  if (reasoning == null) return undefined
  const { effort, max_tokens: maxTokens } = reasoning
  return present({ effort, maxTokens, hidden: summaryOf(reasoning) == null ? true : undefined })
}

function summaryOf({
  summary,
  generate_summary: alias,
}: NonNullable<ResponsesBody['reasoning']>): string | null | undefined {
  return summary ?? alias
}

function cacheOf(asked: ResponsesBody): CachePolicy | undefined {
  const policy = present({
    key: asked.prompt_cache_key,
    retention: asked.prompt_cache_retention,
    mode: asked.prompt_cache_options?.mode,
    ttl: asked.prompt_cache_options?.ttl,
    mark: cacheMark({ cache_control: asked.cache_control }),
  })
  return Object.keys(policy).length > 0 ? policy : undefined
}

function prefixOf(item: JsonObject): string {
  const type = item['type']
  if (type === 'function_call' || type === 'custom_tool_call') return 'fc_'
  if (type === 'function_call_output' || type === 'custom_tool_call_output') return 'fco_'
  return type === 'reasoning' ? 'rs_' : 'msg_'
}
