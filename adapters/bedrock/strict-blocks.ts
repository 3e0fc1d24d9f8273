/**
 * The native request, judged: what a block, a tool and a source of media may be.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ContentBlock.html
 * @module
 */
import { z } from 'zod'

/** Text. A line break by itself is accepted, as a recorded request shows; nothing at all is not. */
const visible = z.string().min(1, 'The text field in the ContentBlock object is blank.')

/** An object of which exactly one member is there: how Converse writes its unions. */
function oneOf<Shape extends Readonly<Record<string, z.ZodType>>>(shape: Shape) {
  return z
    .strictObject(shape)
    .partial()
    .refine((value) => Object.keys(value).length === 1, 'exactly one member must be set')
}

const bytes = z.base64().min(1)
const s3Location = z.strictObject({
  uri: z.string().regex(/^s3:\/\/[a-z0-9][.\-a-z0-9]{1,61}[a-z0-9](?:\/.*)?$/u),
  bucketOwner: z
    .string()
    .regex(/^\d{12}$/u)
    .optional(),
})
const source = oneOf({ bytes, s3Location })

const image = z.strictObject({ format: z.enum(['png', 'jpeg', 'gif', 'webp']), source })

const citations = z.strictObject({ enabled: z.boolean() }).optional()

const document = z.strictObject({
  format: z.enum(['pdf', 'csv', 'doc', 'docx', 'xls', 'xlsx', 'html', 'txt', 'md']).optional(),
  name: z
    .string()
    .min(1)
    .max(200)
    .regex(/^[a-zA-Z0-9\-()[\]]+(?:\s[a-zA-Z0-9\-()[\]]+)*$/u),
  source: oneOf({ bytes, s3Location, text: visible, content: z.array(z.strictObject({ text: visible })).min(1) }),
  context: z.string().optional(),
  citations,
})

const video = z.strictObject({
  format: z.enum(['mkv', 'mov', 'mp4', 'webm', 'flv', 'mpeg', 'mpg', 'wmv', 'three_gp']),
  source,
})

const SOUNDS = 'mp3 opus wav aac flac mp4 ogg mkv mka x-aac m4a mpeg mpga pcm webm'
const audio = z.strictObject({ format: z.enum(SOUNDS.split(' ')), source })

const searchResult = z.strictObject({
  source: z.string(),
  title: z.string(),
  content: z.array(z.strictObject({ text: z.string() })).min(1),
  citations,
})

/** The end of a prefix worth caching. */
const cachePoint = z.strictObject({ type: z.literal('default'), ttl: z.enum(['5m', '1h']).optional() })

const guardContent = oneOf({
  text: z.strictObject({
    text: z.string(),
    qualifiers: z.array(z.enum(['grounding_source', 'query', 'guard_content'])).optional(),
  }),
  image: z.strictObject({ format: z.enum(['png', 'jpeg']), source: z.strictObject({ bytes }) }),
})

const id = z.string().regex(/^[a-zA-Z0-9_.:-]{1,64}$/u)
const name = z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/u)
const json = z.record(z.string(), z.unknown())

const toolUse = z.strictObject({ toolUseId: id, name, input: json, type: z.literal('server_tool_use').optional() })

const toolResult = z
  .strictObject({
    toolUseId: id,
    content: z.array(oneOf({ text: visible, json, image, document, video, searchResult })),
    status: z.enum(['success', 'error']).optional(),
    type: z.string().optional(),
  })
  .refine(
    ({ status, content }) => status !== 'error' || content.length > 0,
    'The content field cannot be empty when status value is error',
  )

const reasoningContent = oneOf({
  reasoningText: z.strictObject({ text: z.string(), signature: z.string().min(1).optional() }),
  redactedContent: bytes,
})

/** A block of a turn. */
export const block = oneOf({
  text: visible,
  image,
  document,
  video,
  audio,
  searchResult,
  cachePoint,
  guardContent,
  toolUse,
  toolResult,
  reasoningContent,
  citationsContent: z.looseObject({}),
})

/** A block of instructions. */
export const systemBlock = oneOf({ text: visible, guardContent, cachePoint })

/** A block as the rules between blocks see it. */
export type SeenBlock = z.infer<typeof block>

/** A tool. */
export const tool = oneOf({
  toolSpec: z.strictObject({
    name,
    description: z.string().min(1).optional(),
    inputSchema: z.strictObject({ json: z.looseObject({ type: z.literal('object') }) }),
    strict: z.boolean().optional(),
  }),
  systemTool: z.strictObject({ name }),
  cachePoint,
})

/** How tools are chosen. */
export const toolChoice = oneOf({ auto: z.strictObject({}), any: z.strictObject({}), tool: z.strictObject({ name }) })
