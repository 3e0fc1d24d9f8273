/**
 * Everything a request may have, to be tried with every adapter.
 *
 * @module
 */
import { conversation } from './conversation.ts'
import { extensions } from './extensions.ts'
import { parameters } from './parameters.ts'
import type { Probe } from './probe.ts'

/** By what it is about. */
export const probes: Readonly<Record<string, readonly Probe[]>> = {
  Parameters: parameters,
  Messages: conversation,
  Extensions: extensions,
}
