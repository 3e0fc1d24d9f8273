/**
 * What Azure's content filter objected to.
 *
 * @see https://learn.microsoft.com/azure/ai-foundry/openai/concepts/content-filter
 * @module
 */
import { isObject } from '../../src/wire/json.ts'

/** The message of an error, with what was filtered. */
export function filtered({ message, innererror }: Readonly<Record<string, unknown>>): string | undefined {
  const results = isObject(innererror) ? innererror['content_filter_result'] : undefined
  if (typeof message !== 'string' || !isObject(results)) return undefined
  const found = Object.entries(results).flatMap(([name, result]) =>
    isObject(result) && result['filtered'] === true ? [name] : [],
  )
  return found.length === 0 ? undefined : `${message} Filtered: ${found.join(', ')}.`
}
