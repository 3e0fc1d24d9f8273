/**
 * What Perplexity words more plainly than OpenAI.
 *
 * @see https://docs.perplexity.ai/guides/structured-outputs
 * @see https://docs.perplexity.ai/guides/user-location-filter-guide
 * @module
 */
import type { ChatRequest, Format, JsonObject } from '../../src/canonical.ts'

/** A request whose schema has no name, and whose place has no kind. */
export function plainly(body: JsonObject, { format, webSearch }: ChatRequest): JsonObject {
  const { response_format: _, web_search_options: __, ...rest } = body
  return {
    ...rest,
    ...(format?.type === 'schema' && {
      response_format: { type: 'json_schema', json_schema: { schema: described(format) } },
    }),
    ...(webSearch && {
      web_search_options: { search_context_size: webSearch.contextSize, user_location: place(webSearch.location) },
    }),
  }
}

/** The schema, which is the only place for what there is to say about the answer. */
function described({ description, schema }: Extract<Format, { type: 'schema' }>): JsonObject | undefined {
  return schema && description !== undefined && schema['description'] === undefined
    ? { ...schema, description }
    : schema
}

function place(location: NonNullable<ChatRequest['webSearch']>['location']): JsonObject | undefined {
  if (!location) return undefined
  const { city, region, country } = location
  return { city, region, country }
}
