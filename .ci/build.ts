/**
 * Builds `dist`, which is what runs and what is published: `node .ci/build.ts`. With `--stale` only where a source is newer
 * than the last build, and without looking at types: that is for the start, where it must take no time.
 *
 * @module
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const dist = join(root, 'dist')
const SOURCES = ['src', 'adapters', 'tsconfig.json']

const quick = process.argv.includes('--stale')
if (!quick || isStale()) build()

function isStale(): boolean {
  if (!existsSync(dist)) return true
  const built = statSync(dist).mtimeMs
  return SOURCES.some((source) => newest(join(root, source)) > built)
}

/** When a file, or anything in a folder, was last changed. A folder is changed when one of its files goes away. */
function newest(path: string): number {
  const { mtimeMs } = statSync(path)
  if (!statSync(path).isDirectory()) return mtimeMs
  return Math.max(mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))))
}

/** Builds beside what is there, so that whoever starts meanwhile finds all of one or all of the other. */
function build(): void {
  const fresh = join(root, `dist.${process.pid}`)
  const started = new Date()
  const flags = quick ? ['--noCheck', '--declaration', 'false'] : []
  const compiler = join(root, 'node_modules/typescript/bin/tsc')
  const { status } = spawnSync(process.execPath, [compiler, '-p', join(root, 'src'), '--outDir', fresh, ...flags], {
    stdio: 'inherit',
  })
  if (status === 0) {
    rmSync(dist, { recursive: true, force: true })
    renameSync(fresh, dist)
    utimesSync(dist, started, started)
  } else {
    rmSync(fresh, { recursive: true, force: true })
    process.exitCode = 1
  }
}
