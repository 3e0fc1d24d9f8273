/**
 * What the provider behind OpenRouter said.
 *
 * @see https://openrouter.ai/docs/api-reference/errors
 * @module
 */
import { isObject, parseObject } from '../../src/wire/json.ts'

/** The message of the provider that failed, where OpenRouter says only that one did. */
export function original({ message, metadata }: Readonly<Record<string, unknown>>): string | undefined {
  const raw = isObject(metadata) ? metadata['raw'] : undefined
  if (message !== 'Provider returned error' || typeof raw !== 'string') return undefined
  const error = parseObject(raw)?.['error']
  return isObject(error) && typeof error['message'] === 'string' ? error['message'] : raw
}
