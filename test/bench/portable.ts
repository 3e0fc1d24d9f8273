/**
 * Dragoman served as it is on platforms of the web, by what they call a default export: `bun portable.ts PORT CONFIG`.
 *
 * @module
 */
import { readFileSync } from 'node:fs'
import { createGateway } from 'dragoman'

const [port, file = ''] = process.argv.slice(2)
const gateway = createGateway({
  ...JSON.parse(readFileSync(file, 'utf8')),
  log: (entry) => console.error(JSON.stringify(entry)),
})

export default { port: Number(port), hostname: '127.0.0.1', idleTimeout: 0, fetch: gateway.fetch }
