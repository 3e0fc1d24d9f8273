/**
 * The list of models.
 *
 * @see https://docs.cohere.com/reference/list-models
 * @module
 */
import type { Model, ModelsCodec } from '../../src/adapter.ts'
import { modelPage, type WireModelPage } from './wire.ts'

const PATH = '/v1/models?endpoint=chat&page_size=1000'

/** Lists the models that chat, a thousand at a time. The provider does not say since when there are any. */
export const list: ModelsCodec<WireModelPage> = {
  path: PATH,
  body: modelPage,
  decode: ({ models }) => models.flatMap(({ name, ...facts }) => (name === undefined ? [] : [describe(name, facts)])),
  next: ({ next_page_token: token }) => (token ? `${PATH}&page_token=${encodeURIComponent(token)}` : undefined),
}

function describe(id: string, facts: Omit<WireModelPage['models'][number], 'name'>): Model {
  return { id, extra: Object.fromEntries(Object.entries(facts).filter(([, fact]) => fact != null)) }
}
