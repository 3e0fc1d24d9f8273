/**
 * The list of models.
 *
 * @see https://platform.claude.com/docs/en/api/models-list
 * @module
 */
import type { Model, ModelsCodec } from '../../src/adapter.ts'
import { modelPage, type WireModelPage } from './wire.ts'

const PATH = '/v1/models?limit=1000'

/** Lists the models, a thousand at a time. Retired ones are left out: nothing can be asked of them. */
export const list: ModelsCodec<WireModelPage> = {
  path: PATH,
  body: modelPage,
  decode: ({ data }) => data.filter((model) => model.lifecycle !== 'retired').map(describe),
  next: ({ has_more, last_id }) =>
    has_more && last_id ? `${PATH}&after_id=${encodeURIComponent(last_id)}` : undefined,
}

function describe({ id, created_at, ...model }: WireModelPage['data'][number]): Model {
  const created = Math.floor(Date.parse(created_at ?? '') / 1000)
  const facts = {
    display_name: model.display_name,
    context_length: model.max_input_tokens,
    max_output_tokens: model.max_tokens,
    capabilities: model.capabilities,
    lifecycle: model.lifecycle,
    // OpenAI's member for the day a model goes away.
    shutdown_date: model.retires_at?.slice(0, 10),
  }
  const extra = Object.fromEntries(Object.entries(facts).filter(([, fact]) => fact != null))
  return { id, ...(Number.isFinite(created) && { created }), extra }
}
