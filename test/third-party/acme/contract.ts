/**
 * Holds the adapter to Dragoman's contract: `node --test contract.ts`.
 *
 * @module
 */
import { join } from 'node:path'
import { test } from 'node:test'
import { contract } from 'dragoman/contract'
import { acme } from './index.ts'
import { dialogueRequest } from './strict.ts'

const adapter = acme({ apiKey: 'acme-test-0123456789' })
const fixtures = join(import.meta.dirname, 'fixtures')

for (const { name, run } of contract(adapter, fixtures, { request: dialogueRequest })) test(name, run)
