/**
 * The adapters that are held to the contract, each with the folder of its fixtures and the judge of its requests.
 *
 * @module
 */
import { fileURLToPath } from 'node:url'
import { anthropic } from '../../adapters/anthropic.ts'
import { messagesRequest } from '../../adapters/anthropic/strict.ts'
import { openai } from '../../adapters/openai.ts'
import { chatRequest } from '../../adapters/openai/strict.ts'
import type { Adapter, AdapterDefinition, Schema } from '../../src/adapter.ts'
import { type Fixture, readFixtures } from '../../src/contract.ts'

/** An adapter under test. */
export interface Subject {
  readonly adapter: Adapter
  readonly folder: string
  readonly request: Schema<unknown>
  configure(options: Readonly<Record<string, unknown>>): Adapter
}

/** All adapters under test. */
export const subjects: readonly Subject[] = [subject(anthropic, messagesRequest), subject(openai, chatRequest)]

/** The cases of an adapter. */
export function fixturesOf(name: string): readonly Fixture[] {
  return readFixtures(folderOf(name))
}

/** The adapter as a case wants it. */
export function adapterFor({ adapter, configure }: Subject, { facts }: Fixture): Adapter {
  return facts.options ? configure(facts.options) : adapter
}

function subject(definition: AdapterDefinition<never>, request: Schema<unknown>): Subject {
  const configure = (options: Readonly<Record<string, unknown>>): Adapter =>
    definition.make({ apiKey: 'sk-test-0123456789', ...options })
  return { adapter: configure({}), folder: folderOf(definition.id), request, configure }
}

function folderOf(name: string): string {
  return fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url))
}
