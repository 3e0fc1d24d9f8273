/**
 * Promises about what is sent, and about what is told.
 *
 * @module
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { isObject } from '../wire/json.ts'
import { splitter } from '../wire/framing.ts'
import { readStream } from './chunks.ts'
import { golden } from './golden.ts'
import { hasStream, hasWhole, isChat, isEmbeddings, type Pledge, type Scene, toldFile, toldOf } from './scene.ts'
import { cutNowhere, isError, stage, streamed, told, whole } from './stage.ts'

const inOnePiece = streamed(cutNowhere)

/** What a provider's API accepts, and what a client is told, one promise at a time. */
export const exchange: readonly Pledge[] = [
  {
    says: 'sends the golden call',
    writes: true,
    applies: () => true,
    async keep({ adapter, fixture }) {
      const scene = await stage(adapter, fixture, fixture.asked?.['stream'] === true ? inOnePiece : whole)
      await (await scene.ask('asked')).text()
      const { calls } = scene
      golden(join(fixture.folder, 'sent.json'), calls.length > 1 ? calls : calls[0])
    },
  },
  {
    says: 'satisfies the native schema',
    applies: (scene) =>
      scene.request !== undefined && (isChat(scene) || isEmbeddings(scene)) && scene.fixture.replies.length > 0,
    async keep(scene) {
      const { adapter, fixture, request } = scene
      for (const form of isChat(scene) ? (['whole', 'stream'] as const) : (['whole'] as const)) {
        const { ask, calls } = await stage(adapter, fixture, form === 'whole' ? whole : inOnePiece)
        await (await ask(form)).text()
        assert.ok(calls.length > 0, 'Nothing was sent.')
        for (const { body } of calls) {
          const judged = request?.safeParse(body)
          if (judged?.success === false) assert.fail(`${form}: ${String(judged.error)}`)
        }
      }
    },
  },
  {
    says: 'knows the recorded body',
    applies: ({ fixture }) => fixture.replies.some(({ whole, status }) => whole !== undefined && status < 400),
    async keep(scene) {
      const { adapter, codec, fixture } = scene
      const embed = isEmbeddings(scene) ? adapter.embed?.(fixture.facts.model ?? '') : undefined
      const schema = isChat(scene) ? codec?.body : (embed ?? adapter.models)?.body
      for (const { whole, status } of fixture.replies) {
        if (whole === undefined || status >= 400) continue
        const parsed = schema?.safeParse(JSON.parse(whole))
        if (!parsed?.success) assert.fail(String(parsed?.error ?? 'The adapter reads no such body.'))
      }
    },
  },
  {
    says: 'knows every recorded frame',
    applies: hasStream,
    async keep({ codec, fixture, framing }) {
      const unknown: string[] = []
      for (const { streamed } of fixture.replies) {
        const frames = splitter(framing, {
          frame(text) {
            if (codec?.frame.safeParse(JSON.parse(text)).success !== true) unknown.push(text)
          },
          done() {},
        })
        if (streamed) frames.feed(streamed)
        frames.end()
      }
      assert.equal(unknown.length, fixture.facts.skips, `Frames that were not understood:\n${unknown.join('\n')}`)
    },
  },
  {
    says: 'tells a whole reply',
    writes: true,
    applies: () => true,
    async keep(scene) {
      const asked = await (await stage(scene.adapter, scene.fixture, whole)).ask('whole')
      golden(toldFile(scene), await told(asked))
    },
  },
  {
    says: 'tells a streamed reply the same',
    applies: isChat,
    async keep(scene) {
      await assertTold(scene, await (await stage(scene.adapter, scene.fixture, inOnePiece)).ask('stream'))
    },
  },
  {
    says: 'tells a whole reply to those who want a stream, and the other way round',
    applies: (scene) => isChat(scene) && hasStream(scene) && hasWhole(scene),
    async keep(scene) {
      await assertTold(scene, await (await stage(scene.adapter, scene.fixture, whole)).ask('stream'))
      await assertTold(scene, await (await stage(scene.adapter, scene.fixture, inOnePiece)).ask('whole'))
    },
  },
  {
    says: 'tells usage in a stream only to those who ask',
    applies: (scene) => isChat(scene) && !isError(toldOf(scene)),
    async keep({ adapter, fixture }) {
      const response = await (await stage(adapter, fixture, inOnePiece)).ask('stream', { usage: false })
      const { chunks } = readStream(await response.text())
      for (const chunk of chunks) assert.ok(!('usage' in chunk), 'Usage was told to a client that did not ask for it.')
    },
  },
  {
    says: 'lists every loss',
    applies: () => true,
    async keep({ adapter, fixture }) {
      const response = await (await stage(adapter, fixture, whole)).ask('whole')
      const listed = response.headers.get('x-dragoman-warnings')
      await response.text()
      assert.deepEqual(listed?.split('; ') ?? [], fixture.facts.warnings)
    },
  },
]

/** Checks that a client is told what the golden says. An error in a stream comes without its status. */
export async function assertTold(scene: Scene, response: Response): Promise<void> {
  const value = await told(response)
  const expected = toldOf(scene)
  if (!isError(expected) || (isObject(value) && 'status' in value)) assert.deepEqual(value, expected)
  else assert.deepEqual(isObject(value) && value['error'], isObject(expected) && expected['error'])
}
