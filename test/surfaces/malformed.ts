/**
 * Chat requests that must be refused, and what the refusal names.
 *
 * @module
 */

/** A request with one thing wrong. */
export interface Malformed {
  readonly refuses: string
  readonly body: unknown
  readonly param: string | null
  readonly code: string
}

const user = { role: 'user', content: 'Hi' }
const call = { id: 'call_1', type: 'function', function: { name: 'now', arguments: '{}' } }
const tool = { type: 'function', function: { name: 'now' } }

function request(members: object): object {
  return { model: 'm', messages: [user], ...members }
}

function conversation(...messages: unknown[]): object {
  return { model: 'm', messages }
}

function content(part: unknown): object {
  return conversation({ role: 'user', content: [{ type: 'text', text: 'Hi' }, part] })
}

/** Every promise of refusal. */
export const malformed: readonly Malformed[] = [
  { refuses: 'a body that is null', body: null, param: null, code: 'invalid_type' },
  { refuses: 'a body that is a list', body: [], param: null, code: 'invalid_type' },
  { refuses: 'a body that is text', body: 'Hi', param: null, code: 'invalid_type' },
  {
    refuses: 'a request without a model',
    body: { messages: [user] },
    param: 'model',
    code: 'missing_required_parameter',
  },
  { refuses: 'a model that is null', body: request({ model: null }), param: 'model', code: 'invalid_type' },
  { refuses: 'an empty model', body: request({ model: '' }), param: 'model', code: 'empty_string' },
  {
    refuses: 'a request without messages',
    body: { model: 'm' },
    param: 'messages',
    code: 'missing_required_parameter',
  },
  { refuses: 'no messages at all', body: conversation(), param: 'messages', code: 'empty_array' },
  { refuses: 'messages that are text', body: { model: 'm', messages: 'Hi' }, param: 'messages', code: 'invalid_type' },
  { refuses: 'a message that is text', body: conversation('Hi'), param: 'messages[0]', code: 'invalid_type' },
  {
    refuses: 'a message without a role',
    body: conversation({ content: 'Hi' }),
    param: 'messages[0].role',
    code: 'missing_required_parameter',
  },
  {
    refuses: 'a role nobody has',
    body: conversation({ role: 'robot', content: 'Hi' }),
    param: 'messages[0].role',
    code: 'invalid_value',
  },
  {
    refuses: 'a role that is a number',
    body: conversation({ role: 1, content: 'Hi' }),
    param: 'messages[0].role',
    code: 'invalid_type',
  },
  {
    refuses: 'a user message without content',
    body: conversation({ role: 'user' }),
    param: 'messages[0].content',
    code: 'missing_required_parameter',
  },
  {
    refuses: 'user content that is null',
    body: conversation({ role: 'user', content: null }),
    param: 'messages[0].content',
    code: 'invalid_type',
  },
  {
    refuses: 'user content that is a number',
    body: conversation({ role: 'user', content: 5 }),
    param: 'messages[0].content',
    code: 'invalid_type',
  },
  {
    refuses: 'user content that is empty',
    body: conversation(user, user, { role: 'user', content: '' }),
    param: 'messages[2].content',
    code: 'empty_string',
  },
  {
    refuses: 'user content without parts',
    body: conversation(user, user, { role: 'user', content: [] }),
    param: 'messages[2].content',
    code: 'empty_array',
  },
  {
    refuses: 'a system message with a picture',
    body: conversation(
      { role: 'system', content: [{ type: 'image_url', image_url: { url: 'https://example.com/a.png' } }] },
      user,
    ),
    param: 'messages[0].content[0].type',
    code: 'unsupported_content_part',
  },
  {
    refuses: 'a part of a kind nobody knows',
    body: content({ type: 'hologram' }),
    param: 'messages[0].content[1].type',
    code: 'unsupported_content_part',
  },
  {
    refuses: 'a part without a type',
    body: content({ text: 'Hi' }),
    param: 'messages[0].content[1].type',
    code: 'missing_required_parameter',
  },
  { refuses: 'a part that is text itself', body: content('Hi'), param: 'messages[0].content[1]', code: 'invalid_type' },
  {
    refuses: 'a text part without text',
    body: content({ type: 'text' }),
    param: 'messages[0].content[1].text',
    code: 'missing_required_parameter',
  },
  {
    refuses: 'an image that is a string',
    body: content({ type: 'image_url', image_url: 'https://example.com/a.png' }),
    param: 'messages[0].content[1].image_url',
    code: 'invalid_type',
  },
  {
    refuses: 'an image without an address',
    body: content({ type: 'image_url', image_url: {} }),
    param: 'messages[0].content[1].image_url.url',
    code: 'missing_required_parameter',
  },
  {
    refuses: 'an image whose address is none',
    body: content({ type: 'image_url', image_url: { url: 'a.png' } }),
    param: 'messages[0].content[1].image_url.url',
    code: 'invalid_value',
  },
  {
    refuses: 'an image that is not base64',
    body: content({ type: 'image_url', image_url: { url: 'data:image/png;base64,@@@@' } }),
    param: 'messages[0].content[1].image_url.url',
    code: 'invalid_value',
  },
  {
    refuses: 'an image that is empty',
    body: content({ type: 'image_url', image_url: { url: 'data:image/png;base64,' } }),
    param: 'messages[0].content[1].image_url.url',
    code: 'invalid_value',
  },
  {
    refuses: 'a data URL without base64',
    body: content({ type: 'image_url', image_url: { url: 'data:image/png,AAAA' } }),
    param: 'messages[0].content[1].image_url.url',
    code: 'invalid_value',
  },
  {
    refuses: 'a data URL without a media type',
    body: content({ type: 'image_url', image_url: { url: 'data:;base64,AAAA' } }),
    param: 'messages[0].content[1].image_url.url',
    code: 'invalid_value',
  },
  {
    refuses: 'base64 that breaks off',
    body: content({ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAAA' } }),
    param: 'messages[0].content[1].image_url.url',
    code: 'invalid_value',
  },
  {
    refuses: 'a detail nobody knows',
    body: content({ type: 'image_url', image_url: { url: 'https://example.com/a.png', detail: 'sharp' } }),
    param: 'messages[0].content[1].image_url.detail',
    code: 'invalid_value',
  },
  {
    refuses: 'sound that is not base64',
    body: content({ type: 'input_audio', input_audio: { data: 'da di dum', format: 'wav' } }),
    param: 'messages[0].content[1].input_audio.data',
    code: 'invalid_value',
  },
  {
    refuses: 'sound without a format',
    body: content({ type: 'input_audio', input_audio: { data: 'AAAA' } }),
    param: 'messages[0].content[1].input_audio.format',
    code: 'missing_required_parameter',
  },
  {
    refuses: 'a file with nothing in it',
    body: content({ type: 'file', file: { filename: 'a.pdf' } }),
    param: 'messages[0].content[1].file.file_data',
    code: 'missing_required_parameter',
  },
  {
    refuses: 'a file that is two',
    body: content({ type: 'file', file: { file_id: 'file-1', file_data: 'AAAA' } }),
    param: 'messages[0].content[1].file',
    code: 'mutually_exclusive_parameters',
  },
  {
    refuses: 'a file that is not base64',
    body: content({ type: 'file', file: { file_data: 'not base64' } }),
    param: 'messages[0].content[1].file.file_data',
    code: 'invalid_value',
  },
  {
    refuses: 'a cache mark of a kind nobody knows',
    body: content({ type: 'text', text: 'Hi', cache_control: { type: 'forever' } }),
    param: 'messages[0].content[1].cache_control.type',
    code: 'invalid_value',
  },
  {
    refuses: 'a tool message that answers nobody',
    body: conversation(user, { role: 'tool', content: 'x' }),
    param: 'messages[1].tool_call_id',
    code: 'missing_required_parameter',
  },
  {
    refuses: 'an answer without a call',
    body: conversation(user, { role: 'tool', tool_call_id: 'call_1', content: 'x' }),
    param: 'messages[1].tool_call_id',
    code: 'invalid_tool_history',
  },
  {
    refuses: 'an answer to another call',
    body: conversation(
      user,
      { role: 'assistant', tool_calls: [call] },
      { role: 'tool', tool_call_id: 'call_1', content: 'x' },
      { role: 'tool', tool_call_id: 'call_2', content: 'x' },
    ),
    param: 'messages[3].tool_call_id',
    code: 'invalid_tool_history',
  },
  {
    refuses: 'an answer given twice',
    body: conversation(
      user,
      { role: 'assistant', tool_calls: [call] },
      { role: 'tool', tool_call_id: 'call_1', content: 'x' },
      { role: 'tool', tool_call_id: 'call_1', content: 'x' },
    ),
    param: 'messages[3].tool_call_id',
    code: 'invalid_tool_history',
  },
  {
    refuses: 'a call without an answer',
    body: conversation(user, { role: 'assistant', tool_calls: [call] }),
    param: 'messages[1]',
    code: 'invalid_tool_history',
  },
  {
    refuses: 'a call whose answer comes too late',
    body: conversation(user, { role: 'assistant', tool_calls: [call] }, user, {
      role: 'tool',
      tool_call_id: 'call_1',
      content: 'x',
    }),
    param: 'messages[1]',
    code: 'invalid_tool_history',
  },
  {
    refuses: 'a call without an id',
    body: conversation(user, { role: 'assistant', tool_calls: [{ ...call, id: undefined }] }),
    param: 'messages[1].tool_calls[0].id',
    code: 'missing_required_parameter',
  },
  {
    refuses: 'a call whose arguments are no text',
    body: conversation(user, {
      role: 'assistant',
      tool_calls: [{ ...call, function: { name: 'now', arguments: {} } }],
    }),
    param: 'messages[1].tool_calls[0].function.arguments',
    code: 'invalid_type',
  },
  {
    refuses: 'a call of a kind nobody knows',
    body: conversation(user, { role: 'assistant', tool_calls: [{ ...call, type: 'telephone' }] }),
    param: 'messages[1].tool_calls[0].type',
    code: 'invalid_value',
  },
  {
    refuses: 'assistant content with a picture',
    body: conversation(user, {
      role: 'assistant',
      content: [{ type: 'image_url', image_url: { url: 'https://example.com/a.png' } }],
    }),
    param: 'messages[1].content[0].type',
    code: 'unsupported_content_part',
  },
  {
    refuses: 'a function message without a name',
    body: conversation(user, { role: 'function', content: 'x' }),
    param: 'messages[1].name',
    code: 'missing_required_parameter',
  },
  {
    refuses: 'a temperature that is text',
    body: request({ temperature: 'hot' }),
    param: 'temperature',
    code: 'invalid_type',
  },
  {
    refuses: 'a temperature above 2',
    body: request({ temperature: 2.5 }),
    param: 'temperature',
    code: 'decimal_above_max_value',
  },
  {
    refuses: 'a temperature below 0',
    body: request({ temperature: -0.1 }),
    param: 'temperature',
    code: 'decimal_below_min_value',
  },
  { refuses: 'a top_p above 1', body: request({ top_p: 1.1 }), param: 'top_p', code: 'decimal_above_max_value' },
  {
    refuses: 'no tokens at all',
    body: request({ max_tokens: 0 }),
    param: 'max_tokens',
    code: 'integer_below_min_value',
  },
  {
    refuses: 'half a token',
    body: request({ max_completion_tokens: 1.5 }),
    param: 'max_completion_tokens',
    code: 'invalid_type',
  },
  { refuses: 'no choices', body: request({ n: 0 }), param: 'n', code: 'integer_below_min_value' },
  { refuses: 'more than 128 choices', body: request({ n: 129 }), param: 'n', code: 'integer_above_max_value' },
  {
    refuses: 'a penalty above 2',
    body: request({ presence_penalty: 2.1 }),
    param: 'presence_penalty',
    code: 'decimal_above_max_value',
  },
  {
    refuses: 'a bias that is text',
    body: request({ logit_bias: { 50256: 'no' } }),
    param: 'logit_bias.50256',
    code: 'invalid_type',
  },
  {
    refuses: 'a bias above 100',
    body: request({ logit_bias: { 50256: 101 } }),
    param: 'logit_bias.50256',
    code: 'integer_above_max_value',
  },
  {
    refuses: 'more than 20 top_logprobs',
    body: request({ logprobs: true, top_logprobs: 21 }),
    param: 'top_logprobs',
    code: 'integer_above_max_value',
  },
  {
    refuses: 'top_logprobs without logprobs',
    body: request({ top_logprobs: 2 }),
    param: 'top_logprobs',
    code: 'invalid_value',
  },
  { refuses: 'a stop that is a number', body: request({ stop: 5 }), param: 'stop', code: 'invalid_type' },
  { refuses: 'a stop with a number in it', body: request({ stop: ['a', 5] }), param: 'stop[1]', code: 'invalid_type' },
  { refuses: 'stream that is text', body: request({ stream: 'yes' }), param: 'stream', code: 'invalid_type' },
  {
    refuses: 'stream_options without stream',
    body: request({ stream_options: { include_usage: true } }),
    param: 'stream_options',
    code: 'invalid_value',
  },
  {
    refuses: 'metadata that is not text',
    body: request({ metadata: { run: 5 } }),
    param: 'metadata.run',
    code: 'invalid_type',
  },
  {
    refuses: 'an effort nobody knows',
    body: request({ reasoning_effort: 'heroic' }),
    param: 'reasoning_effort',
    code: 'invalid_value',
  },
  {
    refuses: 'a verbosity nobody knows',
    body: request({ verbosity: 'chatty' }),
    param: 'verbosity',
    code: 'invalid_value',
  },
  {
    refuses: 'a format nobody knows',
    body: request({ response_format: { type: 'xml' } }),
    param: 'response_format.type',
    code: 'invalid_value',
  },
  {
    refuses: 'a format that is text',
    body: request({ response_format: 'json' }),
    param: 'response_format',
    code: 'invalid_type',
  },
  {
    refuses: 'a schema without a name',
    body: request({ response_format: { type: 'json_schema', json_schema: { schema: {} } } }),
    param: 'response_format.json_schema.name',
    code: 'missing_required_parameter',
  },
  { refuses: 'tools that are no list', body: request({ tools: {} }), param: 'tools', code: 'invalid_type' },
  {
    refuses: 'a tool without a type',
    body: request({ tools: [{}] }),
    param: 'tools[0].type',
    code: 'missing_required_parameter',
  },
  {
    refuses: 'a function tool without a function',
    body: request({ tools: [{ type: 'function' }] }),
    param: 'tools[0].function',
    code: 'missing_required_parameter',
  },
  {
    refuses: 'a function without a name',
    body: request({ tools: [tool, { type: 'function', function: {} }] }),
    param: 'tools[1].function.name',
    code: 'missing_required_parameter',
  },
  {
    refuses: 'a function whose parameters are text',
    body: request({ tools: [{ type: 'function', function: { name: 'now', parameters: '{}' } }] }),
    param: 'tools[0].function.parameters',
    code: 'invalid_type',
  },
  {
    refuses: 'a grammar of a kind nobody knows',
    body: request({
      tools: [
        {
          type: 'custom',
          custom: { name: 'sql', format: { type: 'grammar', grammar: { definition: 'x', syntax: 'peg' } } },
        },
      ],
    }),
    param: 'tools[0].custom.format.grammar.syntax',
    code: 'invalid_value',
  },
  {
    refuses: 'two tools of one name',
    body: request({ tools: [tool, tool] }),
    param: 'tools[1].function.name',
    code: 'invalid_value',
  },
  {
    refuses: 'tools and functions together',
    body: request({ tools: [tool], functions: [{ name: 'then' }] }),
    param: 'functions',
    code: 'invalid_value',
  },
  {
    refuses: 'a choice nobody knows',
    body: request({ tools: [tool], tool_choice: 'maybe' }),
    param: 'tool_choice',
    code: 'invalid_value',
  },
  {
    refuses: 'a choice of a tool that is not there',
    body: request({ tools: [tool], tool_choice: { type: 'function', function: { name: 'then' } } }),
    param: 'tool_choice.function.name',
    code: 'invalid_value',
  },
  {
    refuses: 'a choice among tools that are not there',
    body: request({
      tools: [tool],
      tool_choice: {
        type: 'allowed_tools',
        allowed_tools: { mode: 'auto', tools: [tool, { type: 'function', function: { name: 'then' } }] },
      },
    }),
    param: 'tool_choice.allowed_tools.tools[1]',
    code: 'invalid_value',
  },
  {
    refuses: 'a choice without tools',
    body: request({ tool_choice: 'required' }),
    param: 'tool_choice',
    code: 'invalid_value',
  },
  {
    refuses: 'a legacy choice of a function that is not there',
    body: request({ functions: [{ name: 'now' }], function_call: { name: 'then' } }),
    param: 'function_call.name',
    code: 'invalid_value',
  },
  {
    refuses: 'a place that is not approximate',
    body: request({ web_search_options: { user_location: { type: 'exact', approximate: {} } } }),
    param: 'web_search_options.user_location.type',
    code: 'invalid_value',
  },
  {
    refuses: 'a legacy choice without functions',
    body: request({ tools: [tool], function_call: 'auto' }),
    param: 'function_call',
    code: 'invalid_value',
  },
  {
    refuses: 'a choice of tools where there are functions',
    body: request({ functions: [{ name: 'now' }], tool_choice: 'auto' }),
    param: 'tool_choice',
    code: 'invalid_value',
  },
]
