/**
 * The load as a process of its own, told by its parent what to ask.
 *
 * @module
 */
import { z } from 'zod'
import { drive } from './driver.ts'

const message = z.object({
  port: z.number(),
  request: z.string(),
  concurrency: z.number(),
  milliseconds: z.number(),
  requests: z.number().optional(),
  least: z.number(),
  abandon: z.boolean().optional(),
})

process.on('message', async (given) => {
  process.send?.(await drive(message.parse(given)))
})
process.on('disconnect', () => process.exit())
process.send?.('ready')
