/** What can go wrong with a provider's reply, and what the client must be told. */
export interface Fault {
  readonly name: string
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** The body; for a stream, what it says before it ends or breaks. */
  readonly body: string
  /** Whether the connection breaks after the body. */
  readonly breaks?: boolean
  readonly expected: {
    readonly status: number
    readonly type?: string
    readonly code: string | null
    readonly param?: string | null
  }
}

const json = { 'content-type': 'application/json' }
const sse = { 'content-type': 'text/event-stream' }

const nativeError = (type: string, message = 'No.', details?: object): string =>
  JSON.stringify({ type: 'error', error: { type, message, ...details }, request_id: 'req_1' })

const event = (data: object): string =>
  `event: ${'type' in data ? String(data.type) : 'x'}\ndata: ${JSON.stringify(data)}\n\n`

const start = event({
  type: 'message_start',
  message: {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'claude-opus-5',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { input_tokens: 3, output_tokens: 1 },
  },
})

const protocol = { status: 502, type: 'server_error', code: 'upstream_protocol_error' }
const truncated = { status: 502, type: 'server_error', code: 'upstream_stream_truncated' }

/** Faults before the first event: the client gets a status. Bodies are Anthropic's, where they are anybody's. */
export const FAULTS: readonly Fault[] = [
  {
    name: 'a refused request',
    status: 400,
    headers: json,
    body: nativeError('invalid_request_error'),
    expected: { status: 400, type: 'invalid_request_error', code: null },
  },
  {
    name: 'a prompt that is too long',
    status: 400,
    headers: json,
    body: nativeError('invalid_request_error', 'prompt is too long: 210000 tokens > 200000 maximum'),
    expected: { status: 400, code: 'context_length_exceeded', param: 'messages' },
  },
  {
    name: 'an empty account',
    status: 400,
    headers: json,
    body: nativeError('invalid_request_error', 'Your credit balance is too low to access the API.'),
    expected: { status: 429, type: 'insufficient_quota', code: 'insufficient_quota' },
  },
  {
    name: 'a key of ours that is wrong',
    status: 401,
    headers: json,
    body: nativeError('authentication_error', 'invalid x-api-key'),
    expected: { status: 502, type: 'server_error', code: 'upstream_authentication_failed' },
  },
  {
    name: 'a key of ours without permission',
    status: 403,
    headers: json,
    body: nativeError('permission_error'),
    expected: { status: 502, code: 'upstream_authentication_failed' },
  },
  {
    name: 'a bill to pay',
    status: 402,
    headers: json,
    body: nativeError('billing_error'),
    expected: { status: 429, type: 'insufficient_quota', code: 'insufficient_quota' },
  },
  {
    name: 'an unknown model',
    status: 404,
    headers: json,
    body: nativeError('not_found_error', 'model: claude-nope'),
    expected: { status: 404, code: 'model_not_found', param: 'model' },
  },
  {
    name: 'another unknown thing',
    status: 404,
    headers: json,
    body: nativeError('not_found_error', 'file_1'),
    expected: { status: 404, type: 'invalid_request_error', code: null },
  },
  {
    name: 'a request timeout',
    status: 408,
    headers: json,
    body: nativeError('timeout_error'),
    expected: { status: 408, type: 'server_error', code: 'timeout' },
  },
  {
    name: 'a conflict',
    status: 409,
    headers: json,
    body: nativeError('conflict_error'),
    expected: { status: 409, type: 'conflict_error', code: null },
  },
  {
    name: 'a request that is too large',
    status: 413,
    headers: json,
    body: nativeError('request_too_large'),
    expected: { status: 413, type: 'invalid_request_error', code: 'request_too_large' },
  },
  {
    name: 'a page of HTML for a request that is too large',
    status: 413,
    headers: { 'content-type': 'text/html' },
    body: '<html>secret</html>',
    expected: { status: 413, code: 'request_too_large' },
  },
  {
    name: 'a request that cannot be processed',
    status: 422,
    headers: json,
    body: nativeError('invalid_request_error'),
    expected: { status: 400, type: 'invalid_request_error', code: null },
  },
  {
    name: 'a rate limit',
    status: 429,
    headers: { ...json, 'retry-after': '7' },
    body: nativeError('rate_limit_error'),
    expected: { status: 429, type: 'rate_limit_error', code: 'rate_limit_exceeded' },
  },
  {
    name: 'a spending limit',
    status: 429,
    headers: json,
    body: nativeError('rate_limit_error', 'No.', { details: { error_code: 'enforced_spend_limit_reached' } }),
    expected: { status: 429, type: 'insufficient_quota', code: 'insufficient_quota' },
  },
  {
    name: 'an internal error',
    status: 500,
    headers: json,
    body: nativeError('api_error'),
    expected: { status: 500, type: 'server_error', code: null },
  },
  {
    name: 'an internal error without a body',
    status: 500,
    body: '',
    expected: { status: 500, type: 'server_error', code: null },
  },
  {
    name: 'an internal error in HTML',
    status: 502,
    headers: { 'content-type': 'text/html' },
    body: '<html>secret</html>',
    expected: { status: 503, type: 'server_error', code: 'service_unavailable' },
  },
  {
    name: 'an internal error as a JSON string',
    status: 500,
    headers: json,
    body: '"secret"',
    expected: { status: 500, type: 'server_error', code: null },
  },
  {
    name: 'an internal error as JSON null',
    status: 500,
    headers: json,
    body: 'null',
    expected: { status: 500, type: 'server_error', code: null },
  },
  {
    name: 'an unavailable service',
    status: 503,
    headers: json,
    body: nativeError('api_error'),
    expected: { status: 503, type: 'server_error', code: 'service_unavailable' },
  },
  {
    name: 'a gateway timeout',
    status: 504,
    headers: json,
    body: nativeError('timeout_error'),
    expected: { status: 504, type: 'server_error', code: 'timeout' },
  },
  {
    name: 'an overload',
    status: 529,
    headers: json,
    body: nativeError('overloaded_error', 'Overloaded'),
    expected: { status: 503, type: 'server_error', code: 'overloaded_error' },
  },
  {
    name: 'a redirect',
    status: 302,
    headers: { location: 'http://elsewhere.test/' },
    body: '',
    expected: { status: 502, type: 'server_error', code: 'upstream_unreachable' },
  },
  {
    name: 'an unknown status',
    status: 499,
    headers: json,
    body: nativeError('strange_error'),
    expected: { status: 499, code: null },
  },
  { name: 'a body that is not JSON', headers: json, body: 'secret', expected: protocol },
  { name: 'a body that is cut', headers: json, body: '{"type":"message","content":[{"type":"te', expected: protocol },
  { name: 'an empty body', headers: json, body: '', expected: protocol },
  { name: 'a body of another kind', headers: json, body: '{"object":"list","data":[]}', expected: protocol },
  { name: 'a body that is an array', headers: json, body: '[]', expected: protocol },
  { name: 'a body that is null', headers: json, body: 'null', expected: protocol },
  {
    name: 'a body without content',
    headers: json,
    body: '{"type":"message","id":"msg_1","role":"assistant","model":"m"}',
    expected: protocol,
  },
  {
    name: 'a body whose content is text',
    headers: json,
    body: '{"type":"message","id":"msg_1","role":"assistant","model":"m","content":"Hi","stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":1}}',
    expected: protocol,
  },
  {
    name: 'an error under status 200',
    headers: json,
    body: nativeError('overloaded_error', 'Overloaded'),
    expected: { status: 503, code: 'overloaded_error' },
  },
  { name: 'a body that breaks off', headers: json, body: '{"type":"message"', breaks: true, expected: truncated },
  { name: 'an empty stream', headers: sse, body: '', expected: truncated },
  { name: 'a stream of comments only', headers: sse, body: ': hello\n\n: goodbye\n\n', expected: truncated },
  { name: 'a stream of events nobody knows', headers: sse, body: event({ type: 'strange' }), expected: truncated },
  { name: 'a stream that is not JSON', headers: sse, body: 'data: secret\n\n', expected: protocol },
  {
    name: 'a stream that begins with an error',
    headers: sse,
    body: event({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }),
    expected: { status: 503, type: 'server_error', code: 'overloaded_error' },
  },
  {
    name: 'a stream that begins with a rate limit',
    headers: sse,
    body: event({ type: 'error', error: { type: 'rate_limit_error', message: 'Slow down.' } }),
    expected: { status: 429, type: 'rate_limit_error', code: 'rate_limit_exceeded' },
  },
  {
    name: 'a stream that begins with a refusal of our key',
    headers: sse,
    body: event({ type: 'error', error: { type: 'authentication_error', message: 'invalid x-api-key' } }),
    expected: { status: 502, type: 'server_error', code: 'upstream_authentication_failed' },
  },
  {
    name: 'a page of HTML under status 200',
    headers: { 'content-type': 'text/html' },
    body: '<html>secret</html>',
    expected: truncated,
  },
  {
    name: 'a stream that breaks before its first event',
    headers: sse,
    body: 'event: message_st',
    breaks: true,
    expected: truncated,
  },
]

const text = `${start}${event({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } })}${event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hel' } })}`
const tool = `${start}${event({ type: 'content_block_start', index: 0, content_block: { type: 'tool_use', id: 'toolu_1', name: 'f', input: {} } })}${event({ type: 'content_block_delta', index: 0, delta: { type: 'input_json_delta', partial_json: '{"a":' } })}`

/** Faults after the first event: the client has a status 200 already, and gets the error in the stream. */
export const LATE_FAULTS: readonly Fault[] = [
  { name: 'an end after the start', headers: sse, body: start, expected: truncated },
  { name: 'an end inside the text', headers: sse, body: text, expected: truncated },
  {
    name: 'an end inside an event',
    headers: sse,
    body: `${text}event: content_block_delta\ndata: {"type":"content_bl`,
    expected: truncated,
  },
  { name: 'an end inside a tool call', headers: sse, body: tool, expected: truncated },
  { name: 'a connection that breaks', headers: sse, body: text, breaks: true, expected: truncated },
  {
    name: 'an overload',
    headers: sse,
    body: `${text}${event({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } })}`,
    expected: { status: 503, type: 'server_error', code: 'overloaded_error' },
  },
  {
    name: 'an internal error',
    headers: sse,
    body: `${text}${event({ type: 'error', error: { type: 'api_error', message: 'Internal' } })}`,
    expected: { status: 500, type: 'server_error', code: null },
  },
  { name: 'a line that is not JSON', headers: sse, body: `${text}data: {oops}\n\n`, expected: protocol },
  { name: 'a second message', headers: sse, body: `${text}${start.replace('msg_1', 'msg_2')}`, expected: truncated },
]
