/**
 * The setting that says how many processes serve.
 *
 * @module
 */
import { z } from 'zod'

/** So many, or one for each processor. */
export type Workers = number | 'auto'

/** How many processes serve, in a configuration. */
export const workers = z
  .union([z.number().int().positive(), z.literal('auto')])
  .optional()
  .describe('How many processes serve, on one port; or `auto`, one for each processor. Also from WORKERS. Default 1.')

/** How many processes a text asks for, as the environment and the command line have it; nothing where it says neither. */
export function readWorkers(text: string): Workers | undefined {
  if (text === 'auto') return text
  return /^[1-9]\d{0,3}$/u.test(text) ? Number(text) : undefined
}
