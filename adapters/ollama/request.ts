/**
 * Encoding: a chat request as a call of the native API.
 *
 * @see https://docs.ollama.com/api/chat
 * @module
 */
import type { Call, Warn } from '../../src/adapter.ts'
import type { ChatRequest, Format, Json, JsonObject } from '../../src/canonical.ts'
import { badRequest } from '../../src/errors.ts'
import { isObject } from '../../src/wire/json.ts'
import { converse } from './messages.ts'
import type { Native, Task } from './native.ts'
import { think } from './thinking.ts'
import { toolbox } from './tools.ts'

/** What the configuration says about every request. */
export interface Settings {
  /** Tokens of context to make room for. */
  readonly context: number | undefined
  readonly keepAlive: string | number | undefined
}

/** Options of the model's runner that clients may send as they are. @see https://docs.ollama.com/modelfile */
const OPTIONS = [
  'min_p',
  'mirostat',
  'mirostat_eta',
  'mirostat_tau',
  'num_batch',
  'num_ctx',
  'num_gpu',
  'num_keep',
  'num_thread',
  'repeat_last_n',
  'repeat_penalty',
  'tfs_z',
  'typical_p',
]

/** Extension members that are understood. */
export const extensions: readonly string[] = [...OPTIONS, 'keep_alive', 'options', 'think', 'truncate']

/** Says a request in the server's words. */
export function encode(request: ChatRequest, settings: Settings, warn: Warn): Call {
  const task: Task = { request, warn }
  const { tools, directive } = toolbox(task)
  const directives = [...(request.directives ?? []), ...(directive === undefined ? [] : [directive])]
  const messages = converse(directives, task)
  // Without messages the server loads the model, and says nothing.
  if (messages.length === directives.length)
    throw badRequest('There is nothing to reply to: no message has any content.', 'messages', 'invalid_value')
  const { logprobs, topLogprobs, extra = {} } = request
  const options = optionsOf(request, settings)
  return {
    path: '/api/chat',
    body: {
      model: request.model,
      // Left out, it would be true.
      stream: request.stream,
      messages,
      ...(tools.length > 0 && { tools }),
      ...format(request.format),
      ...think(task),
      ...(Object.keys(options).length > 0 && { options }),
      logprobs,
      top_logprobs: topLogprobs,
      keep_alive: extra['keep_alive'] ?? settings.keepAlive,
      // Left out, the server would drop the oldest messages of a conversation that is too long, without a word.
      truncate: extra['truncate'] ?? false,
    },
    // It cannot be asked for one call at a time.
    ...(request.parallelToolCalls === false && { undo: { single: true } }),
  }
}

function format(format: Format | undefined): Native {
  if (format === undefined || format.type === 'text') return {}
  if (format.type === 'json' || !format.schema) return { format: 'json' }
  const { schema, description } = format
  return { format: description === undefined || 'description' in schema ? schema : { description, ...schema } }
}

/** What the runner is told. Whatever is left out, the model's own file says. */
function optionsOf(request: ChatRequest, { context }: Settings): Native {
  const { extra = {}, stop = [], maxTokens, temperature, topP, topK, seed } = request
  const named = OPTIONS.flatMap((name) => (extra[name] == null ? [] : [[name, extra[name]]]))
  const options: Native = {
    num_ctx: context,
    ...given(extra['options']),
    ...Object.fromEntries(named),
    ...present({
      num_predict: maxTokens,
      temperature,
      top_p: topP,
      top_k: topK,
      seed,
      frequency_penalty: request.frequencyPenalty,
      presence_penalty: request.presencePenalty,
    }),
    ...(stop.length > 0 && { stop }),
  }
  return present(options)
}

function given(options: Json | undefined): JsonObject {
  if (options == null) return {}
  if (isObject(options)) return options
  throw badRequest('`options` must be an object.', 'options', 'invalid_value')
}

function present(members: Native): Native {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}
