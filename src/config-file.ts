/**
 * Finding and reading a configuration file, and the adapters it names. For Node and runtimes that speak its modules.
 *
 * @module
 */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parse as parseYaml } from 'yaml'
import type { AdapterDefinition } from './adapter.ts'
import { ConfigError, type Registry } from './config.ts'
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
    return extname(path) === '.json' ? JSON.parse(text) : (parseYaml(text) ?? {})
  } catch (error) {
    throw new ConfigError([`${path}: ${error instanceof Error ? error.message : String(error)}`])
  }
}

/** The registry, and every adapter that provider entries name as a package or a path. */
export async function loadAdapters(config: unknown, registry: Registry, folder: string): Promise<Registry> {
  const providers = isObject(config) && isObject(config['providers']) ? config['providers'] : {}
  const names = Object.values(providers).flatMap((entry) =>
    isObject(entry) && typeof entry['adapter'] === 'string' ? [entry['adapter']] : [],
  )
  const foreign = [...new Set(names)].filter((name) => !Object.hasOwn(registry, name))
  const loaded = await Promise.all(foreign.map(async (name) => [name, await loadAdapter(name, folder)] as const))
  return { ...registry, ...Object.fromEntries(loaded) }
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
