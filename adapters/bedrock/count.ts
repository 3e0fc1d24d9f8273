/**
 * Counting the tokens of a request.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_CountTokens.html
 * @module
 */
import { z } from 'zod'
import type { CountCodec } from '../../src/adapter.ts'
import { isObject } from '../../src/wire/json.ts'
import { ungeographic } from './models.ts'

const wire = z.object({ inputTokens: z.int().nonnegative() })

/** What was counted. */
export type WireCount = z.infer<typeof wire>

/** Members that are counted: those of `ConverseTokensRequest` of AWS's SDK. */
const COUNTED: ReadonlySet<string> = new Set(['messages', 'system', 'toolConfig', 'additionalModelRequestFields'])

/** Members that the model is told of in some way, and the client's names of them. */
const UNCOUNTED = { outputConfig: 'response_format', promptVariables: 'promptVariables' }

/** Counting, in Converse's words. `aliases` tells which model an id stands for that does not say so. */
export function counter(aliases: Readonly<Record<string, string>>): CountCodec<WireCount> {
  return {
    body: wire,
    encode(call, model, warn) {
      const said = isObject(call.body) ? call.body : {}
      for (const [member, param] of Object.entries(UNCOUNTED)) if (member in said) warn(param, 'not counted')
      const converse = Object.fromEntries(Object.entries(said).filter(([member]) => COUNTED.has(member)))
      const id = encodeURIComponent(foundation(aliases[model] ?? model))
      return { ...call, path: `/model/${id}/count-tokens`, body: { input: { converse } } }
    },
    decode: ({ inputTokens }) => inputTokens,
  }
}

/** The model behind an inference profile: of profiles it says that "the provided model doesn't support counting tokens". */
function foundation(model: string): string {
  return ungeographic(/^arn:[^/]*:inference-profile\/(.+)$/u.exec(model)?.[1] ?? model)
}
