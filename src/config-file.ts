/**
 * Finding and reading a configuration file, and the adapters it names. For Node and runtimes that speak its modules.
 *
 * @module
 */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { AdapterDefinition } from './adapter.ts'
import { ConfigError, configure, type Registry, type Settings } from './config.ts'
import { isObject } from './wire/json.ts'

const NAMES = ['ts', 'js', 'mjs', 'json', 'yaml', 'yml'].map((ending) => `dragoman.config.${ending}`)

/** The configuration file of a folder, if it has one. */
export function findConfig(folder: string): string | undefined {
  return NAMES.map((name) => resolve(folder, name)).find((path) => existsSync(path))
}

/** Reads a configuration file: a module's default export, JSON, or YAML. */
export async function readConfig(path: string): Promise<unknown> {
  try {
    if (/\.[cm]?[jt]s$/u.test(path)) {
      const module: unknown = await import(pathToFileURL(resolve(path)).href)
      return isObject(module) ? module['default'] : undefined
    }
    const text = await readFile(path, 'utf8')
    if (extname(path) === '.json') return JSON.parse(text)
    const { parse } = await import('yaml')
    return parse(text) ?? {}
  } catch (error) {
    throw new ConfigError([`${path}: ${error instanceof Error ? error.message : String(error)}`])
  }
}

/**
 * What to serve: the configuration that is named, or that of this folder, or none. Of the adapters that come with the
 * package only those it names are loaded, unless all are there already: each takes time to start, and memory.
 */
export async function readSettings(
  named: string | undefined,
  registry?: Registry,
): Promise<{ readonly settings: Settings; readonly adapters: Registry }> {
  const file = named ?? findConfig(process.cwd())
  const config = file === undefined ? {} : await readConfig(file)
  const own = registry ?? (await ownAdapters(config))
  // A path in a file is meant from where the file is.
  const adapters = await loadAdapters(config, own, file === undefined ? process.cwd() : dirname(resolve(file)))
  return { settings: configure(config, process.env, adapters), adapters }
}

/** The adapters that come with the package. */
export async function allAdapters(): Promise<Registry> {
  const { registry } = await import('./index.ts')
  return registry
}

/**
 * The adapters of the package that a configuration needs. All of them where it names no providers, for then the
 * environment is searched for their keys; or where it names one that there is not, for then all are listed.
 */
async function ownAdapters(config: unknown): Promise<Registry> {
  const entries = entriesOf(config)
  if (entries.length === 0) return allAdapters()
  const found = await Promise.all(
    entries.map(async ([id, { adapter }]) => {
      const name = typeof adapter === 'string' ? adapter : id
      const own = await ownAdapter(name)
      // An adapter of somebody else's has a name of its own in the entry.
      return own || typeof adapter === 'string' ? ([name, own] as const) : undefined
    }),
  )
  if (found.includes(undefined)) return allAdapters()
  return Object.fromEntries(found.flatMap((one) => (one?.[1] ? [[one[0], one[1]]] : [])))
}

/** An adapter of the package: its module has its name. */
async function ownAdapter(name: string): Promise<AdapterDefinition | undefined> {
  const path = new URL(`../adapters/${name}${extname(import.meta.filename)}`, import.meta.url)
  if (!/^\w+$/u.test(name) || !existsSync(path)) return undefined
  const module: unknown = await import(path.href)
  const exported = isObject(module) ? module[name] : undefined
  return isDefinition(exported) ? exported : undefined
}

/** The registry, and every adapter that provider entries name as a package or a path. */
async function loadAdapters(config: unknown, registry: Registry, folder: string): Promise<Registry> {
  const names = entriesOf(config).flatMap(([, { adapter }]) => (typeof adapter === 'string' ? [adapter] : []))
  const foreign = [...new Set(names)].filter((name) => !Object.hasOwn(registry, name))
  const loaded = await Promise.all(foreign.map(async (name) => [name, await loadAdapter(name, folder)] as const))
  return { ...registry, ...Object.fromEntries(loaded) }
}

/** The entries of `providers` that are to be made, by id. One that is an adapter already needs nothing. */
function entriesOf(config: unknown): readonly (readonly [string, Readonly<Record<string, unknown>>])[] {
  const providers = isObject(config) && isObject(config['providers']) ? config['providers'] : {}
  return Object.entries(providers).flatMap(([id, entry]) =>
    isObject(entry) && !('authorize' in entry) && !isObject(entry['adapter']) ? [[id, entry] as const] : [],
  )
}

async function loadAdapter(name: string, folder: string): Promise<AdapterDefinition> {
  let module: unknown
  try {
    // As the user's own code would find it, not as this package would.
    const path = createRequire(resolve(folder, 'dragoman.config.js')).resolve(name)
    module = await import(pathToFileURL(path).href)
  } catch (error) {
    throw new ConfigError([
      `providers: the adapter "${name}" cannot be loaded: ${error instanceof Error ? error.message : String(error)}`,
    ])
  }
  const exported: readonly unknown[] = isObject(module) ? [module['default'], ...Object.values(module)] : []
  const found = exported.find(isDefinition)
  if (found) return found
  throw new ConfigError([`providers: "${name}" exports no adapter. Declare one with defineAdapter and export it.`])
}

function isDefinition(value: unknown): value is AdapterDefinition {
  return typeof value === 'function' && 'make' in value && 'id' in value && 'options' in value
}
