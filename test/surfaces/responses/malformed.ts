/**
 * Requests for responses that must be refused, and what the refusal names.
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

const user = { role: 'user', content: 'Hi.' }
const call = { type: 'function_call', call_id: 'call_1', name: 'now', arguments: '{}' }
const result = { type: 'function_call_output', call_id: 'call_1', output: 'noon' }
const tool = { type: 'function', name: 'now', parameters: {} }

const request = (members: object): object => ({ model: 'm', input: 'Hi.', ...members })
const conversation = (...input: unknown[]): object => ({ model: 'm', input })
const content = (part: unknown): object =>
  conversation(user, { role: 'user', content: [{ type: 'input_text', text: 'Hi.' }, part] })

const TYPE = 'invalid_type'
const VALUE = 'invalid_value'
const MISSING = 'missing_required_parameter'
const PART = 'unsupported_content_part'
const ITEM = 'unsupported_input_item'
const TOOL = 'unsupported_tool'
const HISTORY = 'invalid_tool_history'
const PARAMETER = 'unsupported_parameter'

const rows: readonly (readonly [refuses: string, body: unknown, param: string | null, code: string])[] = [
  ['a body that is null', null, null, TYPE],
  ['a body that is a list', [], null, TYPE],
  ['a request without a model', { input: 'Hi.' }, 'model', MISSING],
  ['an empty model', { model: '', input: 'Hi.' }, 'model', 'empty_string'],
  ['a request that says nothing', { model: 'm' }, 'input', MISSING],
  ['an empty input', request({ input: '' }), 'input', 'empty_string'],
  ['no items at all', conversation(), 'input', MISSING],
  ['an input that is a number', request({ input: 5 }), 'input', TYPE],
  ['an item that is text', conversation(user, 'Hi.'), 'input[1]', TYPE],
  ['an item that is null', conversation(null), 'input[0]', TYPE],
  ['an item of a type nobody knows', conversation(user, { type: 'hologram' }), 'input[1].type', ITEM],
  ['an item whose type is a number', conversation({ type: 5 }), 'input[0].type', TYPE],
  ['a role nobody has', conversation({ role: 'robot', content: 'Hi.' }), 'input[0].role', VALUE],
  ['a message of a tool', conversation({ role: 'tool', content: 'Hi.' }), 'input[0].role', VALUE],
  ['a message without a role', conversation({ type: 'message', content: 'Hi.' }), 'input[0].role', MISSING],
  ['a message without content', conversation({ role: 'user' }), 'input[0].content', MISSING],
  ['content that is null', conversation(user, { role: 'user', content: null }), 'input[1].content', TYPE],
  ['content that is empty', conversation({ role: 'user', content: '' }), 'input[0].content', 'empty_string'],
  ['content without parts', conversation({ role: 'user', content: [] }), 'input[0].content', 'empty_array'],
  ['a part that is text', content('Hi.'), 'input[1].content[1]', TYPE],
  ['a part nobody knows', content({ type: 'hologram' }), 'input[1].content[1].type', PART],
  ['a part of chat completions', content({ type: 'text', text: 'Hi.' }), 'input[1].content[1].type', PART],
  ['a text without words', content({ type: 'input_text' }), 'input[1].content[1].text', MISSING],
  ['a picture without a source', content({ type: 'input_image' }), 'input[1].content[1].image_url', MISSING],
  [
    'a picture that is none',
    content({ type: 'input_image', image_url: 'a.png' }),
    'input[1].content[1].image_url',
    VALUE,
  ],
  [
    'a picture from two places',
    content({ type: 'input_image', image_url: 'https://a.test/a.png', file_id: 'file_1' }),
    'input[1].content[1]',
    'mutually_exclusive_parameters',
  ],
  [
    'a picture in chat’s words',
    content({ type: 'input_image', image_url: { url: 'https://a.test/a.png' } }),
    'input[1].content[1].image_url',
    TYPE,
  ],
  [
    'a detail nobody knows',
    content({ type: 'input_image', image_url: 'https://a.test/a.png', detail: 'tiny' }),
    'input[1].content[1].detail',
    VALUE,
  ],
  ['a file without a source', content({ type: 'input_file' }), 'input[1].content[1].file_data', MISSING],
  ['a file that is none', content({ type: 'input_file', file_data: '?' }), 'input[1].content[1].file_data', VALUE],
  [
    'sound that is none',
    content({ type: 'input_audio', input_audio: { data: '?', format: 'wav' } }),
    'input[1].content[1].input_audio.data',
    VALUE,
  ],
  [
    'words of a model from a person',
    conversation({ role: 'user', content: [{ type: 'output_text', text: 'Hi.' }] }),
    'input[0].content[0].type',
    PART,
  ],
  [
    'words of a person from a model',
    conversation({ role: 'assistant', content: [{ type: 'input_text', text: 'Hi.' }] }),
    'input[0].content[0].type',
    PART,
  ],
  [
    'an instruction with a picture',
    conversation({ role: 'system', content: [{ type: 'input_image', image_url: 'https://a.test/a.png' }] }),
    'input[0].content[0].type',
    PART,
  ],
  ['thoughts without a summary', conversation(user, { type: 'reasoning', id: 'rs_1' }), 'input[1].summary', MISSING],
  [
    'thoughts whose seal is a number',
    conversation(user, { type: 'reasoning', summary: [], encrypted_content: 5 }),
    'input[1].encrypted_content',
    TYPE,
  ],
  ['a call without an id', conversation(user, { ...call, call_id: undefined }), 'input[1].call_id', MISSING],
  ['a call whose id is empty', conversation(user, { ...call, call_id: '' }), 'input[1].call_id', 'empty_string'],
  ['a call whose arguments are no text', conversation(user, { ...call, arguments: {} }), 'input[1].arguments', TYPE],
  ['a call that nobody answered', conversation(user, call, user), 'input[1]', HISTORY],
  ['a call that is there twice', conversation(user, call, call, result), 'input[2].call_id', HISTORY],
  ['a result without a call', conversation(user, result), 'input[1].call_id', HISTORY],
  ['a result before its call', conversation(user, result, call), 'input[1].call_id', HISTORY],
  ['a second result', conversation(user, call, result, result), 'input[3].call_id', HISTORY],
  ['a result of another call', conversation(call, result, { ...result, call_id: 'b' }), 'input[2].call_id', HISTORY],
  ['a result that is a number', conversation(user, call, { ...result, output: 5 }), 'input[2].output', TYPE],
  [
    'a result nobody knows',
    conversation(user, call, { ...result, output: [{ type: 'hologram' }] }),
    'input[2].output[0].type',
    PART,
  ],
  [
    'a result with a picture that is none',
    conversation(user, call, { ...result, output: [{ type: 'input_image' }] }),
    'input[2].output[0].image_url',
    MISSING,
  ],
  ['a reference to nothing', conversation(user, { type: 'item_reference' }), 'input[1].id', MISSING],
  ['a reply in the background', request({ background: true }), 'background', PARAMETER],
  ['a conversation that is kept', request({ conversation: 'conv_1' }), 'conversation', PARAMETER],
  ['a prompt that is kept', request({ prompt: { id: 'pmpt_1' } }), 'prompt', PARAMETER],
  ['instructions that are a list', request({ instructions: ['Be brief.'] }), 'instructions', TYPE],
  ['no tokens', request({ max_output_tokens: 0 }), 'max_output_tokens', 'integer_below_min_value'],
  ['half a token', request({ max_output_tokens: 1.5 }), 'max_output_tokens', TYPE],
  ['a heat of 3', request({ temperature: 3 }), 'temperature', 'integer_above_max_value'],
  ['a heat in words', request({ temperature: 'hot' }), 'temperature', TYPE],
  ['more than all', request({ top_p: 1.5 }), 'top_p', 'decimal_above_max_value'],
  ['21 alternatives', request({ top_logprobs: 21 }), 'top_logprobs', 'integer_above_max_value'],
  ['an effort nobody makes', request({ reasoning: { effort: 'heroic' } }), 'reasoning.effort', VALUE],
  ['a summary nobody writes', request({ reasoning: { summary: 'long' } }), 'reasoning.summary', VALUE],
  ['reasoning that is text', request({ reasoning: 'high' }), 'reasoning', TYPE],
  ['a format nobody knows', request({ text: { format: { type: 'xml' } } }), 'text.format.type', VALUE],
  ['a schema without a name', request({ text: { format: { type: 'json_schema' } } }), 'text.format.name', MISSING],
  ['a verbosity nobody knows', request({ text: { verbosity: 'chatty' } }), 'text.verbosity', VALUE],
  ['metadata that are numbers', request({ metadata: { a: 1 } }), 'metadata.a', TYPE],
  ['a stream that is text', request({ stream: 'yes' }), 'stream', TYPE],
  ['a store that is text', request({ store: 'yes' }), 'store', TYPE],
  ['an include that is text', request({ include: 'all' }), 'include', TYPE],
  ['a truncation nobody knows', request({ truncation: 'hard' }), 'truncation', VALUE],
  ['tools that are one', request({ tools: tool }), 'tools', TYPE],
  ['a tool that is text', request({ tools: ['now'] }), 'tools[0]', TYPE],
  ['a tool without a type', request({ tools: [{ name: 'now' }] }), 'tools[0].type', MISSING],
  ['a tool without a name', request({ tools: [{ type: 'function' }] }), 'tools[0].name', MISSING],
  ['a tool in chat’s words', request({ tools: [{ type: 'function', function: tool }] }), 'tools[0].name', MISSING],
  ['two tools of one name', request({ tools: [tool, { ...tool, type: 'custom' }] }), 'tools[1].name', VALUE],
  [
    'a grammar nobody speaks',
    request({ tools: [{ type: 'custom', name: 'a', format: { type: 'grammar', definition: '', syntax: 'ebnf' } }] }),
    'tools[0].format.syntax',
    VALUE,
  ],
  [
    'a tool without a name in a namespace',
    request({ tools: [{ type: 'namespace', name: 'a', tools: [{ type: 'function' }] }] }),
    'tools[0].tools[0].name',
    MISSING,
  ],
  ['a choice without tools', request({ tool_choice: 'required' }), 'tool_choice', VALUE],
  ['a choice nobody has', request({ tool_choice: 'maybe', tools: [tool] }), 'tool_choice', VALUE],
  [
    'a choice of a tool that is not there',
    request({ tool_choice: { type: 'function', name: 'later' }, tools: [tool] }),
    'tool_choice.name',
    VALUE,
  ],
  [
    'a choice among tools that are not there',
    request({
      tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'function', name: 'b' }] },
      tools: [tool],
    }),
    'tool_choice.tools[0].name',
    VALUE,
  ],
  [
    'a choice of a tool that others run',
    request({ tool_choice: { type: 'file_search' }, tools: [tool] }),
    'tool_choice.type',
    TOOL,
  ],
]

/** Items of tools that OpenAI runs, and of what only it keeps. */
const ITEMS = [
  'additional_tools',
  'apply_patch_call',
  'apply_patch_call_output',
  'code_interpreter_call',
  'compaction',
  'compaction_trigger',
  'computer_call',
  'computer_call_output',
  'configuration_update',
  'file_search_call',
  'local_shell_call',
  'local_shell_call_output',
  'mcp_approval_request',
  'mcp_approval_response',
  'mcp_call',
  'mcp_list_tools',
  'program',
  'program_output',
  'shell_call',
  'shell_call_output',
  'tool_search_call',
  'tool_search_output',
]

/** Tools that OpenAI runs. */
const TOOLS = [
  'apply_patch',
  'code_interpreter',
  'computer',
  'computer_use_preview',
  'file_search',
  'image_generation',
  'local_shell',
  'mcp',
  'programmatic_tool_calling',
  'shell',
  'tool_search',
]

/** Every promise of refusal. */
export const malformed: readonly Malformed[] = [
  ...rows,
  ...ITEMS.map((type) => [`an item of type ${type}`, conversation(user, { type }), 'input[1].type', ITEM] as const),
  ...TOOLS.map((type) => [`a tool of type ${type}`, request({ tools: [tool, { type }] }), 'tools[1]', TOOL] as const),
].map(([refuses, body, param, code]) => ({ refuses, body, param, code }))
