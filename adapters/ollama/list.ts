/**
 * The list of models: those on the server's disk.
 *
 * @see https://docs.ollama.com/api/tags
 * @module
 */
import type { Model, ModelsCodec } from '../../src/adapter.ts'
import { modelList, type WireModelList } from './wire.ts'

/** Lists the models that were pulled. */
export const list: ModelsCodec<WireModelList> = {
  path: '/api/tags',
  body: modelList,
  decode: ({ models }) => models.map(describe),
}

function describe({ name, model, modified_at, size, details }: WireModelList['models'][number]): Model {
  const created = Math.floor(Date.parse(modified_at ?? '') / 1000)
  const extra = { ...(size != null && { size }), ...(details && { details }) }
  return { id: model || name, ...(Number.isFinite(created) && { created }), extra }
}
