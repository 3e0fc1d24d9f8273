/**
 * The cases in which the gateway stands in for a provider: they are shown for every adapter, whatever it can do by itself.
 *
 * @module
 */
import type { Adapter } from '../../src/adapter.ts'

/** The cases an adapter shows because the gateway does what its provider cannot. */
export function emulated({ supports }: Adapter): readonly string[] {
  return [
    ...(supports.choices ? [] : ['choices']),
    ...(supports.json ? [] : ['json-object']),
    ...(supports.schema || !supports.tools ? [] : ['json-schema']),
    ...(supports.customTools || !supports.tools ? [] : ['custom-tool']),
  ]
}
