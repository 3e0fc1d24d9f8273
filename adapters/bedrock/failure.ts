/**
 * Failures, in OpenAI's terms.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html
 * @module
 */
import type { ReplyHeaders } from '../../src/adapter.ts'
import type { Failure } from '../../src/canonical.ts'
import { errorBody } from './wire.ts'

/** Explains a non-2xx reply. The name of the exception stands in a header, before a colon, or in the body, behind a hash. */
export function failure(status: number, body: unknown, headers: ReplyHeaders): Partial<Failure> {
  const parsed = errorBody.safeParse(body)
  const told = parsed.success ? parsed.data : {}
  const name = headers.get('x-amzn-errortype') ?? told.__type ?? told.code ?? ''
  const message = told.message ?? told.Message
  return explain(name.replace(/:.*$/u, '').replace(/^.*#/u, ''), message, told.originalStatusCode, status)
}

/** Explains an exception by its name, which a stream writes with a small letter, and by the status where it has one. */
export function explain(
  name: string,
  said: string | null | undefined,
  original?: number | null,
  status?: number,
): Partial<Failure> & Pick<Failure, 'message'> {
  const known = NAMES.get(name.toLowerCase())
  const message = said || known?.message || `The provider failed with ${name || 'no reason given'}.`
  const settled = known?.status ?? status ?? 502
  if (settled === 400 || settled === 403 || settled === 404) {
    const special = SPECIAL.find(({ pattern }) => pattern.test(message))
    if (special) return { ...special.failure, message }
  }
  if (settled === 404) return { ...UNKNOWN_MODEL, message }
  const { message: _, ...rest } = known ?? { status: settled }
  return { ...rest, message, ...(settled === 502 && original === 503 && { status: original }) }
}

const UNKNOWN_MODEL: Partial<Failure> = {
  status: 404,
  type: 'invalid_request_error',
  code: 'model_not_found',
  param: 'model',
}

/** What only the words of an exception tell. */
const SPECIAL: readonly { readonly pattern: RegExp; readonly failure: Partial<Failure> }[] = [
  {
    pattern: /model identifier is invalid|don't have access to the model|Could not resolve the foundation model/iu,
    failure: UNKNOWN_MODEL,
  },
  {
    pattern:
      /input is too long|prompt is too long|exceed(?:s|ed)? (?:the )?(?:context|maximum length)|Input Tokens Exceeded/iu,
    failure: { status: 400, code: 'context_length_exceeded', param: 'messages' },
  },
]

type Known = Partial<Failure>

const DENIED: Known = { status: 403 }
const BROKEN: Known = { status: 502, type: 'server_error', code: 'upstream_error' }

/** Exceptions by their names in small letters. */
const NAMES: ReadonlyMap<string, Known> = new Map<string, Known>([
  ['validationexception', { status: 400 }],
  ['conflictexception', { status: 400 }],
  ['accessdeniedexception', DENIED],
  ['unrecognizedclientexception', DENIED],
  ['invalidsignatureexception', DENIED],
  ['incompletesignature', DENIED],
  ['incompletesignatureexception', DENIED],
  ['expiredtokenexception', DENIED],
  ['expiredtoken', DENIED],
  ['missingauthenticationtoken', DENIED],
  ['missingauthenticationtokenexception', DENIED],
  ['resourcenotfoundexception', { status: 404 }],
  ['throttlingexception', { status: 429, message: 'Too many requests.' }],
  [
    'servicequotaexceededexception',
    { status: 429, type: 'insufficient_quota', code: 'insufficient_quota', retry: false },
  ],
  ['modelnotreadyexception', { status: 503, type: 'server_error', code: 'overloaded' }],
  ['modeltimeoutexception', { status: 504 }],
  ['modelerrorexception', BROKEN],
  ['modelstreamerrorexception', BROKEN],
  ['internalserverexception', BROKEN],
  ['internalfailure', BROKEN],
  ['serviceunavailableexception', { status: 503 }],
])
