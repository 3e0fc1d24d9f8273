/**
 * Promises about embeddings.
 *
 * @module
 */
import assert from 'node:assert/strict'
import type { Json, JsonObject } from '../canonical.ts'
import { decodeFloats } from '../wire/floats.ts'
import { isObject } from '../wire/json.ts'
import { isEmbeddings, type Pledge, type Scene, toldOf } from './scene.ts'
import { answer, isError, type Provider, stage, told, whole } from './stage.ts'

/** What holds for every case of embeddings. */
export const embeddings: readonly Pledge[] = [
  {
    says: 'tells the same numbers as floats and as base64',
    applies: (scene) => isAnswered(scene),
    async keep(scene) {
      const floats = await ask(scene, { encoding_format: 'float' })
      const base64 = await ask(scene, { encoding_format: 'base64' })
      const numbers = vectors(floats).map((vector) => {
        assert.ok(Array.isArray(vector), 'Floats were asked for, and something else was told.')
        return vector.map((number) => Math.fround(Number(number)))
      })
      const decoded = vectors(base64).map((vector) => {
        assert.ok(typeof vector === 'string', 'Base64 was asked for, and something else was told.')
        return decodeFloats(vector)
      })
      assert.deepEqual(decoded, numbers)
    },
  },
  {
    says: 'takes tokens, or says that it takes texts',
    applies: (scene) => isAnswered(scene) && scene.adapter.embed?.(scene.fixture.facts.model ?? '')?.tokens === false,
    async keep(scene) {
      const refused = await ask(scene, { input: [1, 2, 3] })
      assert.ok(isObject(refused) && isObject(refused['error']), 'Tokens were taken by a provider of texts.')
      assert.equal(refused['status'], 400)
      assert.equal(refused['error']['param'], 'input')
    },
  },
  {
    says: 'says so when the embeddings are cut short',
    applies: (scene) => isAnswered(scene),
    async keep(scene) {
      const half: Provider = (reply) => answer(reply, (reply.whole ?? '').slice(0, -2))
      assert.ok(isError(await ask(scene, {}, half)), 'Half a body seemed to be embeddings.')
    },
  },
]

function isAnswered(scene: Scene): boolean {
  return isEmbeddings(scene) && !isError(toldOf(scene))
}

/** What is told where a case asks for something else besides. */
async function ask({ adapter, fixture }: Scene, more: JsonObject, provider: Provider = whole): Promise<Json> {
  const { ask } = await stage(adapter, { ...fixture, asked: { ...fixture.asked, ...more } }, provider)
  return told(await ask('whole'))
}

function vectors(list: Json): readonly (Json | undefined)[] {
  const data = isObject(list) ? list['data'] : undefined
  assert.ok(Array.isArray(data) && data.length > 0, 'There are no embeddings.')
  return data.map((one: Json, index) => {
    assert.ok(isObject(one) && one['index'] === index, 'The embeddings are out of order.')
    return one['embedding']
  })
}
