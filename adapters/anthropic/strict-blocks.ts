/**
 * The native request, judged: what a block, a tool and a source of media may be.
 *
 * @see https://platform.claude.com/docs/en/api/messages
 * @module
 */
import { z } from 'zod'

/** Text with something to read in it. The API refuses blank blocks. */
const visible = z.string().regex(/\S/u, 'text content blocks must contain non-whitespace text')

/** Ids of calls. */
const id = z.string().regex(/^[a-zA-Z0-9_-]+$/u)

/** A mark that ends a prefix worth caching. */
export const cacheControl = z
  .strictObject({ type: z.literal('ephemeral'), ttl: z.enum(['5m', '1h']).optional() })
  .nullish()

/** A block of text. */
export const text = z.strictObject({
  type: z.literal('text'),
  text: visible,
  cache_control: cacheControl,
  citations: z.array(z.looseObject({ type: z.string() })).nullish(),
})

/** What the model said. White space by itself is accepted here, as a recorded request shows; nothing at all is not. */
const spoken = text.extend({ text: z.string().min(1, 'text content blocks must be non-empty') })

const data = z.base64().min(1)
const url = z.strictObject({ type: z.literal('url'), url: z.url({ protocol: /^https$/u }) })
const file = z.strictObject({ type: z.literal('file'), file_id: z.string().min(1) })

const image = z.strictObject({
  type: z.literal('image'),
  source: z.discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('base64'),
      media_type: z.enum(['image/jpeg', 'image/png', 'image/gif', 'image/webp']),
      data,
    }),
    url,
    file,
  ]),
  cache_control: cacheControl,
})

const citations = z.strictObject({ enabled: z.boolean().optional() }).nullish()

const document = z.strictObject({
  type: z.literal('document'),
  source: z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('base64'), media_type: z.literal('application/pdf'), data }),
    z.strictObject({ type: z.literal('text'), media_type: z.literal('text/plain'), data: visible }),
    z.strictObject({ type: z.literal('content'), content: z.union([visible, z.array(z.union([text, image])).min(1)]) }),
    url,
    file,
  ]),
  title: z.string().nullish(),
  context: z.string().nullish(),
  citations,
  cache_control: cacheControl,
})

const searchResult = z.strictObject({
  type: z.literal('search_result'),
  source: z.string().min(1),
  title: z.string().min(1),
  content: z.array(text).min(1),
  citations,
  cache_control: cacheControl,
})

const thinking = z.strictObject({ type: z.literal('thinking'), thinking: z.string(), signature: z.string().min(1) })
const redactedThinking = z.strictObject({ type: z.literal('redacted_thinking'), data: z.string().min(1) })

const toolUse = z.strictObject({
  type: z.literal('tool_use'),
  id,
  name: z.string().min(1).max(200),
  input: z.record(z.string(), z.unknown()),
  caller: z.looseObject({ type: z.string() }).optional(),
  toolset_name: z.string().nullish(),
  cache_control: cacheControl,
})

/** What only a tool may answer with, besides text and media. */
const toolReference = z.strictObject({
  type: z.literal('tool_reference'),
  tool_name: z.string(),
  cache_control: cacheControl,
})

const toolResult = z
  .strictObject({
    type: z.literal('tool_result'),
    tool_use_id: id,
    content: z
      .union([
        visible,
        z.array(z.discriminatedUnion('type', [text, image, document, searchResult, toolReference])).min(1),
      ])
      .optional(),
    is_error: z.boolean().optional(),
    toolset_name: z.string().nullish(),
    cache_control: cacheControl,
  })
  .refine((result) => !result.is_error || result.content !== undefined, 'content cannot be empty if `is_error` is true')

/** Blocks of the provider's own tools. Their insides are as many as its tools; we send back what we were sent. */
const serverBlock = z.looseObject({
  type: z.string().regex(/^(?:server_tool_use|mcp_tool_use|container_upload|compaction|\w+_tool_result)$/u),
  cache_control: cacheControl,
})

/** What the user's turn may hold. */
export const userBlock = z.union([
  z.discriminatedUnion('type', [text, image, document, searchResult, toolResult]),
  serverBlock,
])

/** What the assistant's turn may hold. Documents there are refused since version 2026-10-21. */
export const assistantBlock = z.union([
  z.discriminatedUnion('type', [spoken, thinking, redactedThinking, toolUse]),
  serverBlock,
])

/** What an instruction inside the conversation may hold. */
export const systemBlock = z.union([
  text,
  z.strictObject({ type: z.literal('tool_addition'), tool: z.looseObject({}) }),
])

/** A block as the rules between blocks see it. */
export interface SeenBlock {
  readonly type: string
  readonly id?: unknown
  readonly tool_use_id?: unknown
  readonly text?: unknown
  readonly content?: unknown
  readonly citations?: unknown
  readonly cache_control?: z.infer<typeof cacheControl>
}

const clientTool = z.strictObject({
  type: z.literal('custom').nullish(),
  name: z.string().regex(/^[a-zA-Z0-9_-]{1,128}$/u),
  description: z.string().optional(),
  // Alternatives at the root are refused.
  input_schema: z.looseObject({
    type: z.literal('object'),
    anyOf: z.undefined().optional(),
    oneOf: z.undefined().optional(),
    allOf: z.undefined().optional(),
  }),
  strict: z.boolean().optional(),
  defer_loading: z.boolean().optional(),
  allowed_callers: z.array(z.string()).optional(),
  eager_input_streaming: z.boolean().nullish(),
  input_examples: z.array(z.record(z.string(), z.unknown())).optional(),
  cache_control: cacheControl,
})

/** Tools of the provider's own: as many shapes as there are tools, told by a dated type. */
const nativeTool = z.looseObject({
  type: z.string().regex(/_\d{8}$|^mcp_toolset$|^tool_search_tool_\w+$/u),
  name: z.string().optional(),
  strict: z.boolean().optional(),
  input_schema: z.undefined().optional(),
  defer_loading: z.boolean().optional(),
  cache_control: cacheControl,
})

/** A tool. */
export const tool = z.union([clientTool, nativeTool])
