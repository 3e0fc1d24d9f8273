/**
 * Every provider, one line each.
 *
 * @module
 */
export { anthropic } from './anthropic.ts'
export { openai } from './openai.ts'
