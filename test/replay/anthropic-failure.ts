/**
 * How Anthropic's errors must look to OpenAI's clients.
 *
 * @see https://platform.claude.com/docs/en/api/errors
 * @module
 */
import { Like } from './compare.ts'
import { type ExpectedFailure, KEY_REFUSED } from './oracle.ts'
import { members, text } from './reading.ts'

type Row = readonly [status: number, type: string, code: string | null]

const BY_TYPE: Readonly<Record<string, Row>> = {
  invalid_request_error: [400, 'invalid_request_error', null],
  not_found_error: [404, 'invalid_request_error', null],
  request_too_large: [413, 'invalid_request_error', 'request_too_large'],
  rate_limit_error: [429, 'rate_limit_error', 'rate_limit_exceeded'],
  billing_error: [429, 'insufficient_quota', 'insufficient_quota'],
  api_error: [500, 'server_error', null],
  overloaded_error: [503, 'server_error', 'overloaded_error'],
  timeout_error: [504, 'server_error', 'timeout'],
}

/** The error that a client must see. Inside a stream an error has a type, but no status. */
export function anthropicFailure(status: number | undefined, error: unknown): ExpectedFailure {
  const type = text(members(error)['type'])
  const said = text(members(error)['message'])
  if (status === 401 || status === 403 || type === 'authentication_error' || type === 'permission_error') {
    return { ...KEY_REFUSED, midway: false, message: new Like('words of its own', (words) => words !== '') }
  }
  const [told, kind, code] = BY_TYPE[type] ?? [
    status ?? 500,
    new Like('some type', () => true),
    new Like('any code', () => true),
  ]
  const known = { status: told, midway: false, type: kind, code, param: null, message: said }
  if (/credit balance is too low|specified API usage limits/u.test(said)) {
    return { ...known, status: 429, type: 'insufficient_quota', code: 'insufficient_quota' }
  }
  if (/prompt is too long|exceed context limit/u.test(said)) {
    return { ...known, code: 'context_length_exceeded', param: 'messages' }
  }
  if (told === 404 && said.startsWith('model:')) {
    const message = new Like('words that name the model', (words) => text(words).includes(said.slice('model: '.length)))
    return { ...known, code: 'model_not_found', param: 'model', message }
  }
  return known
}
