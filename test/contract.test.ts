import { describe, expect, test } from 'vitest'
import { chat } from '../src/surfaces/chat/index.ts'
import { translate } from '../src/exchange.ts'
import type { JsonObject } from '../src/canonical.ts'
import { contract } from '../src/contract.ts'
import { stringify } from '../src/wire/json.ts'
import { emulated } from './contract/emulated.ts'
import { fixturesOf, subjects } from './contract/subjects.ts'
import { inOpenAIsWords, isInOpenAIsWords } from './contract/law.ts'

for (const { adapter, folder, ...options } of subjects) {
  describe(`the adapter ${adapter.name}`, () => {
    for (const { name, run } of contract(adapter, folder, options)) {
      // oxlint-disable-next-line vitest/expect-expect -- the suite asserts by itself
      test(`${name}`, run)
    }

    test('shows what the gateway does in its place', () => {
      const shown = new Set(fixturesOf(adapter.name).map(({ name }) => name))
      expect(emulated(adapter).filter((name) => !shown.has(name))).toEqual([])
    })
  })
}

/** Cases that the surface refuses in OpenAI's place, so that they never get as far as an adapter. */
const REFUSED: ReadonlySet<string> = new Set([
  'empty-user',
  'system-before-results',
  'tool-result-missing',
  'tool-result-unknown',
])

describe('the hub loses nothing', () => {
  const hub = subjects.find(({ adapter }) => adapter.name === 'openai')!.adapter
  for (const { adapter } of subjects) {
    for (const { name, asked, facts } of fixturesOf(adapter.name)) {
      const { model } = facts
      if (facts.path !== '/v1/chat/completions' || !asked || model === undefined) continue
      if (REFUSED.has(name) || !isInOpenAIsWords(asked)) continue
      test(`${adapter.name}/${name} comes out as it went in`, () => {
        const body: JsonObject = { model, ...asked }
        const lost: string[] = []
        const warn = (param: string): void => void lost.push(param)
        const { request } = chat.parse(structuredClone(body), warn)
        const call = translate(request, { provider: 'openai', adapter: hub, model }, hub.chat!, warn)
        expect(JSON.parse(stringify(call.body ?? null))).toEqual(inOpenAIsWords(body, lost))
      })
    }
  }
})
