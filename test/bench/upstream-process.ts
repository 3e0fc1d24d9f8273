/**
 * The mock upstream as a process of its own, told by its parent how to stream.
 *
 * @module
 */
import { z } from 'zod'
import { serveUpstream } from './upstream.ts'

const message = z.object({ deltas: z.number(), pace: z.number() })

const upstream = await serveUpstream(Number(process.argv[2] ?? 0))
process.send?.({ port: upstream.port })
process.on('message', (given) => {
  upstream.shape(message.parse(given))
  process.send?.({ port: upstream.port })
})
process.on('disconnect', () => process.exit())
