/**
 * What a conversation may consist of: who speaks, and what is said.
 *
 * @module
 */
import type OpenAI from 'openai'
import type { Json, JsonObject } from '../../src/canonical.ts'
import { custom, type Probe, said, tool, user } from './probe.ts'

type Message = OpenAI.ChatCompletionMessageParam
type Part = OpenAI.ChatCompletionContentPart
type Members<Role extends Message['role']> = Exclude<keyof Extract<Message, { role: Role }>, 'role' | 'content'>

const PIXEL = 'data:image/png;base64,iVBORw0KGgo='
const PDF = 'data:application/pdf;base64,JVBERi0xLjQK'
const SOUND = 'UklGRgAAAABXQVZF'

const lead = { type: 'text', text: 'Here:' }
const text = { type: 'text', text: 'Look.' }
const picture = { type: 'image_url', image_url: { url: PIXEL } }
const paper = { type: 'file', file: { file_data: PDF } }
const calling = {
  role: 'assistant',
  tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'get_time', arguments: '{}' } }],
}
const answer = { role: 'tool', tool_call_id: 'call_1', content: 'It is noon.' }

/** Messages by role. A role that OpenAI adds is an error of types here, as everything below is. */
const ROLES: Readonly<Record<Message['role'], Pair>> = {
  system: [said({ role: 'system', content: 'Be brief.' }, user()), said(user())],
  developer: [said({ role: 'developer', content: 'Be brief.' }, user()), said(user())],
  user: [said(user(), { role: 'assistant', content: 'Hello.' }, user('More.')), said(user('More.'))],
  assistant: [said(user(), { role: 'assistant', content: 'Hello.' }, user('More.')), said(user(), user('More.'))],
  tool: [
    { ...said(user(), calling, answer), tools: [tool] },
    { ...said(user()), tools: [tool] },
  ],
  function: [
    {
      ...said(
        user(),
        { role: 'assistant', function_call: { name: 'get_time', arguments: '{}' } },
        { role: 'function', name: 'get_time', content: 'It is noon.' },
      ),
      functions: [tool.function],
    },
    { ...said(user()), functions: [tool.function] },
  ],
}

type Pair = readonly [whole: JsonObject, without: JsonObject]

/** Parts of what a user says. */
const PARTS: Readonly<Record<Part['type'], Readonly<Record<string, Json>>>> = {
  text: { text },
  image_url: {
    'image_url, data': picture,
    'image_url, https': { ...picture, image_url: { url: 'https://a.example/cat.png' } },
  },
  input_audio: {
    'input_audio, wav': { type: 'input_audio', input_audio: { data: SOUND, format: 'wav' } },
    'input_audio, mp3': { type: 'input_audio', input_audio: { data: SOUND, format: 'mp3' } },
  },
  file: {
    'file, PDF': paper,
    'file, text': { type: 'file', file: { file_data: 'data:text/plain;base64,SGkh', filename: 'a.txt' } },
    'file, by id': { type: 'file', file: { file_id: 'file-1' } },
    'file, https': { type: 'file', file: { file_data: 'https://a.example/a.pdf' } },
  },
}

/** Members of parts: the part with them, and without. */
const INSIDE: Readonly<Record<string, readonly [JsonObject, JsonObject]>> = {
  'image_url.detail: "low"': [{ ...picture, image_url: { url: PIXEL, detail: 'low' } }, picture],
  'image_url.detail: "high"': [{ ...picture, image_url: { url: PIXEL, detail: 'high' } }, picture],
  'file.filename': [{ ...paper, file: { ...paper.file, filename: 'a.pdf' } }, paper],
  'file.citations': [{ ...paper, file: { ...paper.file, citations: { enabled: true } } }, paper],
  prompt_cache_breakpoint: [{ ...text, prompt_cache_breakpoint: { mode: 'explicit' } }, text],
  cache_control: [{ ...text, cache_control: { type: 'ephemeral', ttl: '1h' } }, text],
  nonsense: [{ ...text, nonsense: 1 }, text],
}

/** Members of the assistant's messages: the message with them, and without. */
const ASSISTANT: Readonly<Record<Members<'assistant'> | Further, readonly [JsonObject, JsonObject]>> = {
  audio: [{ content: 'Hello.', audio: { id: 'audio_1' } }, { content: 'Hello.' }],
  function_call: [
    { content: 'Hello.', function_call: { name: 'get_time', arguments: '{"zone":"UTC"}' } },
    { content: 'Hello.' },
  ],
  name: [{ content: 'Hello.', name: 'bob' }, { content: 'Hello.' }],
  refusal: [{ refusal: 'No.' }, { content: 'Hello.' }],
  tool_calls: [{ ...calling, content: 'Hello.' }, { content: 'Hello.' }],
  'tool_calls, custom': [
    { content: 'Hello.', tool_calls: [{ id: 'call_1', type: 'custom', custom: { name: 'run', input: 'print(1)' } }] },
    { content: 'Hello.' },
  ],
  'content, in parts': [{ content: [text, { type: 'refusal', refusal: 'No.' }] }, { content: [text] }],
  reasoning_content: [{ content: 'Hello.', reasoning_content: 'A greeting.' }, { content: 'Hello.' }],
  annotations: [
    {
      content: 'Hello.',
      annotations: [
        { type: 'url_citation', url_citation: { url: 'https://a.example', title: 'A', start_index: 0, end_index: 6 } },
      ],
    },
    { content: 'Hello.' },
  ],
  images: [{ content: 'Hello.', images: [picture] }, { content: 'Hello.' }],
  cache_control: [{ content: 'Hello.', cache_control: { type: 'ephemeral' } }, { content: 'Hello.' }],
  'content, marked': [{ content: [{ ...text, cache_control: { type: 'ephemeral' } }] }, { content: [text] }],
  nonsense: [{ content: 'Hello.', nonsense: 1 }, { content: 'Hello.' }],
}

/** What the assistant's messages have beyond OpenAI's members, and forms of its members. */
type Further =
  | ('tool_calls, custom' | 'content, in parts' | 'content, marked')
  | ('reasoning_content' | 'annotations' | 'images' | 'cache_control' | 'nonsense')

const tools = [tool, custom]

/** A conversation in which the assistant said this. A call is answered. */
function history(message: JsonObject): JsonObject {
  const answers = Array.isArray(message['tool_calls']) ? [answer] : []
  const legacy = 'function_call' in message ? [{ role: 'function', name: 'get_time', content: 'It is noon.' }] : []
  return { ...said(user(), { role: 'assistant', ...message }, ...answers, ...legacy, user('Go on.')), tools }
}

/** All of it, by name. */
export const conversation: readonly Probe[] = [
  ...Object.entries(ROLES).map(([role, pair]) => probe(`message: ${role}`, 'messages', pair)),
  probe('message: system, later', 'messages', [
    said(user(), { role: 'assistant', content: 'Hello.' }, { role: 'system', content: 'Be brief.' }, user('More.')),
    said(user(), { role: 'assistant', content: 'Hello.' }, user('More.')),
  ]),
  probe('message: assistant, at the end', 'messages', [
    said(user(), { role: 'assistant', content: 'Well,' }),
    said(user()),
  ]),
  probe('user: name', 'messages[0].name', [said({ ...user(), name: 'ada' }), said(user())]),
  probe('system: name', 'messages[0].name', [
    said({ role: 'system', content: 'Be brief.', name: 'boss' }, user()),
    said({ role: 'system', content: 'Be brief.' }, user()),
  ]),
  ...Object.values(PARTS).flatMap((forms) =>
    Object.entries(forms).map(([name, part]) =>
      probe(name, 'messages[0].content', [said(user([lead, part])), said(user([lead]))]),
    ),
  ),
  ...Object.entries(INSIDE).map(([name, [whole, without]]) =>
    probe(`part: ${name}`, `messages[0].content[0].${name.split(':')[0]}`, [
      said(user([whole])),
      said(user([without])),
    ]),
  ),
  ...Object.entries(ASSISTANT).map(([name, [whole, without]]) =>
    probe(`assistant: ${name}`, named(name), [history(whole), history(without)]),
  ),
  probe('tool: is_error', 'messages[2].is_error', [
    { ...said(user(), calling, { ...answer, is_error: true }), tools },
    { ...said(user(), calling, answer), tools },
  ]),
  probe('tool: content, in parts', 'messages[2].content', [
    { ...said(user(), calling, { ...answer, content: [text, { ...text, text: 'It is one.' }] }), tools },
    { ...said(user(), calling, { ...answer, content: [text] }), tools },
  ]),
  probe('tool: a picture', 'messages[2].content', [
    { ...said(user(), calling, { ...answer, content: [text, picture] }), tools },
    { ...said(user(), calling, { ...answer, content: [text] }), tools },
  ]),
  probe('user: cache_control', 'messages[0].cache_control', [
    said({ ...user(), cache_control: { type: 'ephemeral' } }),
    said(user()),
  ]),
  probe('user: nonsense', 'messages[0].nonsense', [said({ ...user(), nonsense: 1 }), said(user())]),
]

/** How warnings name a member. Thoughts come in several of them, and are named as what they are. */
function named(member: string): readonly string[] {
  const name = member === 'content, marked' ? 'content[0].cache_control' : (member.split(',')[0] ?? member)
  return [`messages[1].${name}`, ...(name === 'reasoning_content' ? ['messages[1].reasoning'] : [])]
}

function probe(name: string, param: string | readonly string[], [whole, without]: Pair): Probe {
  const foreign = /nonsense|cache_control|marked|file, https/u.test(name)
  return { name, params: [param].flat(), whole, without, ...(foreign && { foreign }) }
}
