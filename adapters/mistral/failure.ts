/**
 * Failures and limits, in OpenAI's terms.
 *
 * @see https://docs.mistral.ai/api/endpoint/chat, and `HTTPValidationError` of the @mistralai/mistralai SDK
 * @module
 */
import type { ReplyHeaders } from '../../src/adapter.ts'
import type { Failure } from '../../src/canonical.ts'
import { isObject, parseObject } from '../../src/wire/json.ts'

type Known = Readonly<Record<string, unknown>>

/** Explains a non-2xx reply. */
export function failure(status: number, body: unknown, headers: ReplyHeaders): Partial<Failure> {
  const told = find(body)
  const after = Number(headers.get('retry-after') ?? Number.NaN)
  return { ...meant(status, told), ...(after >= 0 && { retryAfter: after }) }
}

/** Explains an error that came in place of a reply, or in the middle of one. */
export function explainInside(frame: Known): Partial<Failure> & Pick<Failure, 'message'> {
  const told = find(frame)
  const status = told.status ?? TYPES.get(told.type ?? '') ?? 502
  return { message: 'The provider reported an error without a message.', ...meant(status, told) }
}

/** What a body says of an error, in whichever of its forms. */
interface Told {
  readonly message?: string
  readonly param?: string
  readonly type?: string
  readonly code?: string
  readonly status?: number
}

/** The forms seen: `{ error }`, `{ message }` as text, as JSON in a text or as an object, and `{ detail }` as text or as a list. */
function find(body: unknown): Told {
  if (!isObject(body)) return {}
  const { error, message, detail, type, code, raw_status_code: status } = body
  if (isObject(error)) return find(error)
  const facts = {
    ...(typeof type === 'string' && { type }),
    ...((typeof code === 'string' || typeof code === 'number') && { code: String(code) }),
    ...(typeof status === 'number' && { status }),
  }
  if (typeof error === 'string') return { ...facts, message: error }
  if (Array.isArray(detail)) return { ...facts, ...problems(detail) }
  if (typeof message === 'string') {
    const inner = message.trimStart().startsWith('{') ? parseObject(message) : undefined
    return inner ? { ...facts, ...find(inner) } : { ...facts, message }
  }
  if (isObject(message)) return { ...facts, ...find(message) }
  if (Array.isArray(message)) return { ...facts, ...problems(message) }
  return typeof detail === 'string' ? { ...facts, message: detail } : facts
}

/** The problems that validation found, and where the first of them is. What a client sent may stand in them as `input`: that is not repeated. */
function problems(details: readonly unknown[]): Told {
  const found = details.filter(isObject).map(({ loc, msg }) => {
    const path = placeOf(Array.isArray(loc) ? loc : [])
    return { path, message: path === '' ? String(msg) : `${path}: ${String(msg)}` }
  })
  const [first] = found
  if (!first) return {}
  return { message: found.map(({ message }) => message).join('; '), ...(first.path !== '' && { param: first.path }) }
}

/** A place like `["body", "messages", 0, "content"]` as clients know it: `messages[0].content`. */
function placeOf([root, ...keys]: readonly unknown[]): string {
  const path = (root === 'body' || root === undefined ? keys : [root, ...keys]).map((key) =>
    typeof key === 'number' ? `[${key}]` : `.${key === 'random_seed' ? 'seed' : String(key)}`,
  )
  return path.join('').replace(/^\./u, '')
}

function meant(status: number, { message, param, code }: Told): Partial<Failure> {
  const said = message === undefined ? {} : { message }
  if (status === 402 || (message !== undefined && UNPAID.test(message))) {
    return { ...said, status: 429, type: 'insufficient_quota', code: 'insufficient_quota', retry: false }
  }
  if (message !== undefined && TOO_LONG.test(message)) {
    return { ...said, status: 400, code: 'context_length_exceeded', param: 'messages' }
  }
  if (code === NO_SUCH_MODEL) {
    return { ...said, status: 404, code: 'model_not_found', param: 'model' }
  }
  if (status === 400 || status === 422) {
    return { ...said, status: 400, ...(code !== undefined && { code }), ...(param !== undefined && { param }) }
  }
  return { ...said, status }
}

const UNPAID = /payment required|exceeded your current quota|inactive subscription/iu
const TOO_LONG = /too large for model with \d+ maximum context length|exceeds? the (?:model's )?maximum context/iu
/** `Invalid model: …`, which comes with a status of 400. */
const NO_SUCH_MODEL = '1500'

const TYPES: ReadonlyMap<string, number> = new Map([
  ['invalid_request_error', 400],
  ['invalid_request_message_order', 400],
  ['invalid_function_call', 400],
  ['rate_limited', 429],
  ['service_tier_capacity_exceeded', 429],
  ['internal_server_error', 500],
])

/** What remains of the limits of this minute, in OpenAI's headers. */
export function rateLimits(headers: ReplyHeaders): Readonly<Record<string, string>> {
  const kinds = { requests: 'req', tokens: 'tokens' }
  return Object.fromEntries(
    Object.entries(kinds).flatMap(([kind, word]) =>
      ['limit', 'remaining'].flatMap((what) => {
        const value = headers.get(`x-ratelimit-${what}-${word}-minute`)
        return value === null ? [] : [[`x-ratelimit-${what}-${kind}`, value]]
      }),
    ),
  )
}
