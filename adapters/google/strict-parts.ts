/**
 * The native request, judged: what a part, a tool and a schema may be.
 *
 * @see https://ai.google.dev/api/caching#Part
 * @module
 */
import { z } from 'zod'

/** Bytes, in either alphabet of base64. */
const base64 = z.string().regex(/^[A-Za-z0-9+/_-]+={0,2}$/u)
const mimeType = z.string().regex(/^[a-z]+\/[\w.+*-]+$/u)
const free = z.record(z.string(), z.unknown())

/** Names of functions. */
const name = z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_.:-]{0,127}$/u)

const blob = z.strictObject({ mimeType, data: base64, displayName: z.string().optional() })
const file = z.strictObject({ mimeType: mimeType.optional(), fileUri: z.url(), displayName: z.string().optional() })

const level = z.enum([
  'MEDIA_RESOLUTION_UNSPECIFIED',
  'MEDIA_RESOLUTION_LOW',
  'MEDIA_RESOLUTION_MEDIUM',
  'MEDIA_RESOLUTION_HIGH',
  'MEDIA_RESOLUTION_ULTRA_HIGH',
])

/** What a part may be: one of these. */
const DATA = [
  'text',
  'inlineData',
  'fileData',
  'functionCall',
  'functionResponse',
  'executableCode',
  'codeExecutionResult',
  'toolCall',
  'toolResponse',
] as const

/** A piece of a turn. */
export const part = z
  .strictObject({
    text: z.string().optional(),
    inlineData: blob.optional(),
    fileData: file.optional(),
    functionCall: z.strictObject({ id: z.string().min(1).optional(), name, args: free.optional() }).optional(),
    functionResponse: z
      .strictObject({
        id: z.string().min(1).optional(),
        name,
        response: free,
        parts: z.array(z.strictObject({ inlineData: blob.optional(), fileData: file.optional() })).optional(),
      })
      .optional(),
    executableCode: free.optional(),
    codeExecutionResult: free.optional(),
    toolCall: free.optional(),
    toolResponse: free.optional(),
    thought: z.boolean().optional(),
    thoughtSignature: base64.optional(),
    videoMetadata: z
      .strictObject({
        startOffset: z.string().optional(),
        endOffset: z.string().optional(),
        fps: z.number().positive().max(24).optional(),
      })
      .optional(),
    mediaResolution: z.strictObject({ level }).optional(),
  })
  .refine((part) => {
    const kinds = DATA.filter((kind) => part[kind] !== undefined).length
    // How a video is to be seen was recorded standing by itself, too.
    return kinds === 1 || (kinds === 0 && part.videoMetadata !== undefined)
  }, 'a part holds exactly one kind of data')

/** A piece of a turn. */
export type SeenPart = z.infer<typeof part>

const TYPES = ['STRING', 'NUMBER', 'INTEGER', 'BOOLEAN', 'ARRAY', 'OBJECT', 'NULL'] as const
const count = z.union([z.int().nonnegative(), z.string().regex(/^\d+$/u)]).optional()

/** A schema in the dialect of OpenAPI: `Unknown name … Cannot find field` for anything else. */
export const openApiSchema = z.strictObject({
  type: z.string().toUpperCase().pipe(z.enum(TYPES)).optional(),
  format: z.string().optional(),
  title: z.string().optional(),
  description: z.string().optional(),
  nullable: z.boolean().optional(),
  default: z.unknown().optional(),
  example: z.unknown().optional(),
  enum: z.array(z.string()).optional(),
  maxItems: count,
  minItems: count,
  get items() {
    return openApiSchema.optional()
  },
  get properties() {
    return z.record(z.string(), openApiSchema).optional()
  },
  propertyOrdering: z.array(z.string()).optional(),
  required: z.array(z.string()).optional(),
  maxProperties: count,
  minProperties: count,
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  minLength: count,
  maxLength: count,
  pattern: z.string().optional(),
  get anyOf() {
    return z.array(openApiSchema).optional()
  },
})

const declaration = z
  .strictObject({
    name,
    description: z.string().nullish(),
    parameters: openApiSchema.optional(),
    parametersJsonSchema: z.looseObject({}).optional(),
    response: openApiSchema.optional(),
    responseJsonSchema: z.looseObject({}).optional(),
    behavior: z.enum(['BLOCKING', 'NON_BLOCKING']).optional(),
  })
  .refine(
    (one) => !one.parameters || !one.parametersJsonSchema,
    'parameters and parametersJsonSchema exclude each other',
  )

/** A tool: functions, or one of the provider's own. */
export const tool = z
  .strictObject({
    functionDeclarations: z.array(declaration).max(512).optional(),
    googleSearch: free.optional(),
    googleSearchRetrieval: free.optional(),
    enterpriseWebSearch: free.optional(),
    codeExecution: z.strictObject({}).optional(),
    urlContext: z.strictObject({}).optional(),
    googleMaps: free.optional(),
    fileSearch: free.optional(),
    computerUse: free.optional(),
  })
  .refine((one) => Object.keys(one).length > 0, 'a tool is something')
