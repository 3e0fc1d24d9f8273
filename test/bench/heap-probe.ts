/**
 * Tells how much a process holds when all is thrown away that can be: loaded into it by `--import`, asked by SIGUSR2.
 *
 * @module
 */
import { writeFileSync } from 'node:fs'
import { heapFile } from './process.ts'

process.on('SIGUSR2', () => {
  globalThis.gc?.()
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  writeFileSync(heapFile(process.pid), String(heapUsed + external))
})
