/**
 * Dragoman on Bun, where it is installed, by its portable way: what another runtime makes of the same code.
 *
 * @module
 */
import { spawnSync } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { asking, type Contestant, listening, SUBJECT, writeConfiguration } from './contestants.ts'
import { start, stop } from './process.ts'

/** Whether a command is Bun. */
export function isBun(command: string): boolean {
  return spawnSync(command, ['--version']).status === 0
}

/** The gateway's `fetch` as the default export of a module, which Bun serves. */
export function bun(folder: string, command: string): Contestant {
  const name = `${SUBJECT} (bun)`
  return {
    name,
    async start(upstream, port) {
      const script = join(import.meta.dirname, 'portable.ts')
      const log = openSync(join(folder, 'bun.log'), 'w')
      const line = [command, script, String(port), writeConfiguration(folder, upstream)] as const
      const environment = { BUN_CONFIG_MAX_HTTP_REQUESTS: '4096' }
      const child = start('measured', line, { stdio: ['ignore', 'ignore', log], environment })
      closeSync(log)
      await listening(child, port)
      return { ...asking('anthropic'), name, pid: child.pid, port, stop: () => stop(child) }
    },
  }
}
