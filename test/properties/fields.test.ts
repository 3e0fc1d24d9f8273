import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chatRequest } from '../../src/surfaces/chat/schema.ts'
import { attempt } from '../fields/attempt.ts'
import { examples } from '../fields/examples.ts'
import { GIVEN, whyGiven } from '../fields/given.ts'
import type { Probe } from '../fields/probe.ts'
import { probes } from '../fields/probes.ts'
import { isAnswered, judge, type Verdict } from '../fields/verdict.ts'

const all = Object.values(probes).flat()

for (const { adapter, models, request } of examples) {
  for (const model of Object.values(models)) {
    describe(`${adapter.name}, asked for ${model},`, () => {
      const answers = async (probe: Probe, beside = {}): Promise<Verdict> => judge(adapter, model, probe, beside)

      test('leaves no field without an answer: sent, done in another way, reported or refused', async () => {
        const lost: string[] = []
        for (const probe of all) {
          const verdict = await answers(probe)
          if (!isAnswered(verdict, probe) && !probe.idle && !whyGiven(adapter.name, probe)) lost.push(probe.name)
        }
        expect(lost).toEqual([])
      })

      test('leaves none without an answer in company', async () => {
        const takes: Probe[] = []
        for (const probe of all) {
          const verdict = await answers(probe)
          if (!probe.idle && !verdict.refused && isAnswered(verdict, probe)) takes.push(probe)
        }
        // Marks are placed unasked as well, so that a wish for one may come to nothing new.
        const probed = takes.filter(({ name }) => !name.includes('cache'))
        const company = fc
          .tuple(fc.constantFrom(...probed), fc.constantFrom(...takes), fc.constantFrom(...takes))
          .filter(([probe, ...others]) => others.every((other) => isApart(probe, other)))
        await fc.assert(
          fc.asyncProperty(company, async ([probe, one, other]) => {
            const verdict = await answers(probe, { ...one.whole, ...other.whole })
            expect(isAnswered(verdict, probe) || whyGiven(adapter.name, probe) !== undefined).toBe(true)
          }),
          { numRuns: 100 },
        )
      })

      test('says nothing that the provider refuses', async () => {
        const wrong: string[] = []
        for (const { name, whole, models, foreign } of all) {
          const made = await attempt(adapter, models?.[adapter.name] ?? model, whole)
          if (!foreign && 'body' in made && !request.safeParse(made.body).success) wrong.push(name)
        }
        expect(wrong).toEqual([])
      })

      test('takes null for what is not there', async () => {
        const nothing = await attempt(adapter, model, {})
        const names = Object.keys(chatRequest.shape).filter((name) => name !== 'model' && name !== 'messages')
        const answers = names.map((name) => attempt(adapter, model, { [name]: null }))
        expect(await Promise.all(answers)).toEqual(names.map(() => nothing))
      })
    })
  }
}

/** Whether a field can be asked for beside another one. */
function isApart(probe: Probe, other: Probe): boolean {
  const members = new Set(Object.keys({ ...probe.whole, ...probe.without }))
  const clash = Object.keys(other.whole).some((name) => members.has(name))
  return !clash && other.name !== 'model'
}

describe('fields that change nothing', () => {
  test.each(Object.entries(GIVEN).flatMap(([name, fields]) => Object.keys(fields).map((field) => [name, field])))(
    'need an excuse: %s, %s',
    async (name, field) => {
      const probe = all.find((one) => one.name === field)!
      const concerned = examples.filter(({ adapter }) => name === '*' || adapter.name === name)
      const verdicts = concerned.flatMap(({ adapter, models }) =>
        Object.values(models).map((model) => judge(adapter, model, probe)),
      )
      expect((await Promise.all(verdicts)).some((verdict) => !isAnswered(verdict, probe))).toBe(true)
    },
  )

  test('are found', async () => {
    const [{ adapter, models }] = examples as [(typeof examples)[number]]
    const probe: Probe = { name: 'x', params: ['x'], whole: {}, without: {} }
    expect(isAnswered(await judge(adapter, Object.values(models)[0]!, probe), probe)).toBe(false)
  })
})
