/**
 * How hard Grok's models can be told to think, and the nearest to what they cannot be told.
 *
 * @see https://docs.x.ai/docs/guides/reasoning
 * @module
 */

/** Efforts for models that can leave thinking be. */
export function below(most: string): Readonly<Record<string, string>> {
  return { minimal: 'low', xhigh: most, max: most }
}

/** Efforts for models that always think. */
export function between(
  least: string,
  most: string,
  more: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  return { none: least, minimal: least, xhigh: most, max: most, ...more }
}
