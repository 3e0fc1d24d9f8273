/**
 * Portkey's open-source gateway, installed into a folder of its own outside this project.
 *
 * `npm run bench -- --portkey` measures it along with the rest. `node test/bench/portkey.ts UPSTREAM PORT` installs it,
 * starts it in front of a mock upstream on that port, and says with which options it can be measured by address.
 *
 * @see https://www.npmjs.com/package/@portkey-ai/gateway
 * @module
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Contestant, external, listening } from './contestants.ts'
import { start, stop } from './process.ts'

const VERSION = '1.15.2'

/** What its own lockfile holds. With newer ones, which its ranges allow, every stream fails. */
const LOCKED = { hono: '4.9.7', '@hono/node-server': '1.13.5' }

const folder = join(tmpdir(), `dragoman-bench-portkey-${VERSION}`)
const script = join(folder, 'node_modules/@portkey-ai/gateway/build/start-server.js')

/** Installs it, once. Throws where npm cannot. */
export function installPortkey(): void {
  if (existsSync(script)) return
  mkdirSync(folder, { recursive: true })
  const manifest = { private: true, dependencies: { '@portkey-ai/gateway': VERSION }, overrides: LOCKED }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const { status } = spawnSync('npm', ['install', ...flags], { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] })
  if (status !== 0 || !existsSync(script)) throw new Error('Portkey could not be installed.')
}

/** Portkey, in front of Anthropic. */
export const portkey: Contestant = {
  name: 'portkey',
  async start(upstream, port) {
    const command = [process.execPath, script, `--port=${port}`, '--headless'] as const
    const child = start('measured', command, {
      stdio: ['ignore', 'ignore', 'inherit'],
      environment: { NODE_ENV: 'production' },
    })
    await listening(child, port)
    const { post } = external('portkey', new URL(`http://127.0.0.1:${port}`), { headers: headers(upstream) })
    return { name: 'portkey', pid: child.pid, port, post, stop: () => stop(child) }
  },
}

function headers(upstream: number): Readonly<Record<string, string>> {
  return {
    authorization: 'Bearer sk-bench-provider',
    'x-portkey-provider': 'anthropic',
    'x-portkey-custom-host': `http://127.0.0.1:${upstream}/v1`,
  }
}

if (import.meta.main) {
  const [upstream = 9000, port = 8788] = process.argv.slice(2).map(Number)
  installPortkey()
  const running = await portkey.start(upstream, port)
  const options = Object.entries(headers(upstream)).map(([name, value]) => `--header 'portkey=${name}: ${value}'`)
  console.log(`Portkey serves on port ${port}, process ${running.pid}. To measure it:\n`)
  console.log(`npm run bench -- --upstream-port ${upstream} --gateway portkey=http://127.0.0.1:${port} \\`)
  console.log(`  ${options.join(' \\\n  ')}\n`)
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void running.stop())
}
