/**
 * The dialects that are held to the contract: what each provider accepts, and how it words what OpenAI says.
 *
 * What a provider accepts is written from its own documentation, not from its table.
 *
 * @module
 */
import { z } from 'zod'
import { azure } from '../../adapters/azure.ts'
import { cerebras } from '../../adapters/cerebras.ts'
import { deepseek } from '../../adapters/deepseek.ts'
import { fireworks } from '../../adapters/fireworks.ts'
import { groq } from '../../adapters/groq.ts'
import { huggingface } from '../../adapters/huggingface.ts'
import { moonshot } from '../../adapters/moonshot.ts'
import { openrouter } from '../../adapters/openrouter.ts'
import { perplexity } from '../../adapters/perplexity.ts'
import { qwen } from '../../adapters/qwen.ts'
import { together } from '../../adapters/together.ts'
import { vllm } from '../../adapters/vllm.ts'
import { xai } from '../../adapters/xai.ts'
import { zhipu } from '../../adapters/zhipu.ts'
import type { AdapterDefinition, Schema } from '../../src/adapter.ts'
import type { JsonObject } from '../../src/canonical.ts'
import { isObject } from '../../src/wire/json.ts'
import { compatible, isForced, lax, like, older, same } from './dialect-request.ts'

/** A dialect under test. */
export interface DialectSubject {
  readonly definition: AdapterDefinition<never>
  readonly request: Schema<unknown>
  /** Options it cannot do without. */
  readonly options?: Readonly<Record<string, unknown>>
  /** A body in OpenAI's words. */
  readonly restate: (body: JsonObject) => JsonObject
}

const topK = { top_k: z.int() }
const switchable = z.strictObject({ type: z.enum(['enabled', 'disabled']) })
const unit = z.number().min(0).max(1)

/** All dialects under test. */
export const dialects: readonly DialectSubject[] = [
  {
    definition: azure,
    options: { baseURL: 'https://acme.openai.azure.com' },
    request: like({
      lacks: ['store', 'service_tier', 'moderation', 'web_search_options'],
      adds: { data_sources: z.array(z.looseObject({ type: z.string() })) },
      refuses: (body) =>
        'data_sources' in body && 'stream_options' in body ? [['stream_options', 'not permitted']] : [],
    }),
    restate: same,
  },
  {
    definition: cerebras,
    request: compatible({
      lacks: ['frequency_penalty', 'presence_penalty', 'logit_bias', 'parallel_tool_calls', 'n', 'max_tokens'],
      adds: {
        max_completion_tokens: z.int().min(1),
        reasoning_effort: z.enum(['none', 'low', 'medium', 'high']),
        clear_thinking: z.boolean(),
        reasoning_format: z.enum(['none', 'parsed', 'text_parsed', 'raw', 'hidden']),
      },
      says: ['reasoning'],
      refuses: (_, messages) =>
        messages.flatMap((message, index) =>
          'reasoning_content' in message ? [[`messages.${index}`, 'reasoning_content is unsupported'] as const] : [],
        ),
    }),
    restate: same,
  },
  {
    definition: deepseek,
    request: compatible({
      lacks: ['seed', 'n', 'parallel_tool_calls', 'logit_bias', 'user'],
      adds: { thinking: switchable, reasoning_effort: z.enum(['high', 'max']) },
      says: ['reasoning_content'],
      refuses: ({ tools, tool_choice: choice, response_format: format, thinking }, messages) => {
        const off = isObject(thinking) && thinking['type'] === 'disabled'
        return [
          ...lax(tools),
          ...(isForced(choice) && !off ? [['tool_choice', 'Thinking mode does not support this'] as const] : []),
          ...(isObject(format) && format['type'] === 'json_schema' ? [['response_format', 'is unknown'] as const] : []),
          ...messages.flatMap((message, index) =>
            message['tool_calls'] !== undefined && !off && message['reasoning_content'] === undefined
              ? [[`messages.${index}`, 'reasoning_content must be passed back'] as const]
              : [],
          ),
          ...messages.flatMap(({ content }, index) =>
            content == null ? [[`messages.${index}`, 'has no content'] as const] : [],
          ),
        ]
      },
    }),
    restate: older,
  },
  {
    definition: fireworks,
    request: compatible({
      lacks: ['seed'],
      adds: {
        ...topK,
        top_logprobs: z.int().min(0).max(5),
        reasoning_effort: z.enum(['none', 'low', 'medium', 'high']),
        thinking: z.strictObject({ type: z.literal('enabled'), budget_tokens: z.int().min(1024) }),
        reasoning_history: z.enum(['disabled', 'interleaved', 'preserved']),
      },
      says: ['reasoning_content'],
      refuses: ({ response_format: format, tools, ...body }) => [
        ...lax(tools),
        ...(isObject(format) && format['type'] === 'text' ? [['response_format', 'says nothing'] as const] : []),
        ...(body['reasoning_effort'] !== undefined && body['thinking'] !== undefined
          ? [['thinking', 'is said twice'] as const]
          : []),
      ],
    }),
    restate: older,
  },
  {
    definition: groq,
    request: compatible({
      lacks: ['n', 'logprobs', 'top_logprobs', 'logit_bias', 'frequency_penalty', 'presence_penalty', 'max_tokens'],
      adds: {
        max_completion_tokens: z.int().min(1),
        reasoning_effort: z.enum(['none', 'default', 'low', 'medium', 'high']),
        reasoning_format: z.enum(['parsed', 'raw', 'hidden']),
        service_tier: z.enum(['auto', 'on_demand', 'flex', 'performance']),
        search_settings: z.looseObject({}),
      },
      refuses: ({ tools, response_format: format }) =>
        tools !== undefined && isObject(format) && format['type'] !== 'text'
          ? [['response_format', 'not beside tools'] as const]
          : [],
    }),
    restate: same,
  },
  {
    definition: huggingface,
    request: compatible({ lacks: ['parallel_tool_calls', 'n'], adds: topK, refuses: ({ tools }) => lax(tools) }),
    restate: older,
  },
  {
    definition: moonshot,
    request: compatible({
      lacks: ['seed', 'logit_bias'],
      adds: { temperature: unit, thinking: switchable, reasoning_effort: z.enum(['low', 'high', 'max']) },
      says: ['reasoning_content'],
      reads: 'ms://',
      refuses: ({ thinking, reasoning_effort: effort, tools, tool_choice: choice, model }, messages) => [
        ...lax(tools),
        ...(thinking !== undefined && effort !== undefined ? [['thinking', 'cannot specify both'] as const] : []),
        ...(thinks(String(model), thinking) && isForced(choice)
          ? [['tool_choice', 'incompatible with thinking enabled'] as const]
          : []),
        ...messages.flatMap((message, index) =>
          thinks(String(model), thinking) && message['tool_calls'] !== undefined && !message['reasoning_content']
            ? [[`messages.${index}`, 'reasoning_content is missing'] as const]
            : [],
        ),
        ...messages.flatMap(({ content }, index) =>
          JSON.stringify(content)?.includes('"url":"http') ? [[`messages.${index}`, 'is not fetched'] as const] : [],
        ),
      ],
    }),
    restate: older,
  },
  {
    definition: openrouter,
    request: like({
      lacks: ['moderation', 'reasoning_effort'],
      adds: {
        ...topK,
        reasoning: z.strictObject({
          effort: z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh']).optional(),
          max_tokens: z.int().optional(),
          exclude: z.boolean().optional(),
          enabled: z.boolean().optional(),
        }),
        models: z.array(z.string()),
        modalities: z.array(z.enum(['text', 'audio', 'image'])),
        provider: z.looseObject({}),
        transforms: z.array(z.string()),
        preset: z.string(),
        usage: z.strictObject({ include: z.boolean() }),
        service_tier: z.string(),
      },
      says: ['reasoning', 'reasoning_details'],
      // https://openrouter.ai/docs/features/multimodal/pdfs
      files: true,
      marks: true,
    }),
    restate: older,
  },
  {
    definition: perplexity,
    request: compatible({
      lacks: [
        ...['tools', 'tool_choice', 'parallel_tool_calls', 'logprobs', 'top_logprobs', 'n', 'stop', 'seed'],
        ...['logit_bias', 'user'],
      ],
      adds: {
        reasoning_effort: z.enum(['minimal', 'low', 'medium', 'high']),
        response_format: z.strictObject({
          type: z.literal('json_schema'),
          json_schema: z.strictObject({ schema: z.looseObject({}) }),
        }),
        web_search_options: z.strictObject({
          search_context_size: z.enum(['low', 'medium', 'high']).optional(),
          user_location: z
            .strictObject({
              city: z.string().optional(),
              region: z.string().optional(),
              country: z.string().optional(),
            })
            .optional(),
        }),
      },
      refuses: (_, messages) =>
        messages.flatMap(({ role }, index) => {
          const before = messages[index - 1]?.['role'] ?? 'nobody'
          const isFine = { system: ['nobody'], user: ['nobody', 'system', 'assistant'], assistant: ['user'] }
          const rule = Object.entries(isFine).find(([name]) => name === role)?.[1] ?? []
          const isLast = index === messages.length - 1
          return rule.includes(String(before)) && (!isLast || role === 'user')
            ? []
            : [[`messages.${index}`, 'is out of turn'] as const]
        }),
    }),
    restate: older,
  },
  {
    definition: qwen,
    request: compatible({
      lacks: ['frequency_penalty', 'logit_bias', 'user', 'n', 'reasoning_effort'],
      adds: { ...topK, enable_thinking: z.boolean(), thinking_budget: z.int().min(1) },
      refuses: ({ tools, stream, tool_choice: choice, enable_thinking: thinks }) => [
        ...lax(tools),
        ...(stream === true ? [] : [['stream', 'must be true to think'] as const]),
        ...(isForced(choice) && thinks !== false ? [['tool_choice', 'not in thinking mode'] as const] : []),
      ],
    }),
    restate: ({ stream: _, stream_options: __, ...body }) => older(body),
  },
  {
    definition: together,
    request: compatible({
      adds: { ...topK, reasoning: z.strictObject({ enabled: z.literal(false) }) },
      refuses: ({ tools, tool_choice: choice }) => [
        ...lax(tools),
        ...(choice === 'none' ? [['tool_choice', 'is unknown'] as const] : []),
      ],
    }),
    restate: older,
  },
  {
    definition: vllm,
    options: { baseURL: 'http://127.0.0.1:8000' },
    request: compatible({
      adds: {
        ...topK,
        reasoning_effort: z.enum(['none', 'low', 'medium', 'high']),
        chat_template_kwargs: z.strictObject({ enable_thinking: z.boolean(), thinking: z.boolean() }),
        enable_thinking: z.boolean(),
        thinking_token_budget: z.int().min(1),
      },
      says: ['reasoning', 'reasoning_content'],
      refuses: ({ tool_choice: choice }) => (isObject(choice) ? [['tool_choice', 'means auto to some'] as const] : []),
    }),
    restate: older,
  },
  {
    definition: xai,
    request: compatible({
      lacks: ['n', 'frequency_penalty', 'presence_penalty', 'max_tokens'],
      adds: {
        max_completion_tokens: z.int().min(1),
        top_logprobs: z.int().min(0).max(8),
        reasoning_effort: z.enum(['none', 'low', 'medium', 'high', 'xhigh']),
      },
      refuses: ({ tools }, messages) => [
        ...(JSON.stringify(tools ?? []).includes('"additionalProperties":false')
          ? [['tools', 'must be open'] as const]
          : []),
        ...messages.flatMap(({ content }, index) =>
          content == null ? [[`messages.${index}`, 'has no content'] as const] : [],
        ),
      ],
    }),
    restate: same,
  },
  {
    definition: zhipu,
    request: compatible({
      lacks: [
        ...['n', 'frequency_penalty', 'presence_penalty', 'seed', 'logprobs', 'top_logprobs', 'logit_bias'],
        ...['parallel_tool_calls', 'user'],
      ],
      adds: {
        temperature: unit,
        top_p: z.number().min(0.01).max(1),
        thinking: z.strictObject({
          type: z.enum(['enabled', 'disabled']).optional(),
          clear_thinking: z.boolean().optional(),
        }),
        reasoning_effort: z.enum(['low', 'medium', 'high', 'xhigh', 'max', 'minimal']),
      },
      says: ['reasoning_content'],
      refuses: ({ tools, tool_choice: choice, response_format: format, thinking }, messages) => [
        ...lax(tools),
        ...(choice === undefined || choice === 'auto' ? [] : [['tool_choice', 'only auto'] as const]),
        ...(isObject(format) && format['type'] === 'json_schema' ? [['response_format', 'is unknown'] as const] : []),
        ...(messages.some((message) => 'reasoning_content' in message) &&
        !(isObject(thinking) && thinking['clear_thinking'] === false)
          ? [['thinking', 'would be cleared'] as const]
          : []),
      ],
    }),
    restate: older,
  },
]

/** Whether a model of Moonshot's thinks about this request. */
function thinks(model: string, thinking: unknown): boolean {
  return /k2\.[56]|k2-thinking|k3/u.test(model) && !(isObject(thinking) && thinking['type'] === 'disabled')
}
