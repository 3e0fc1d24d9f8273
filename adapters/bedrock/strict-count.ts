/**
 * The native request for a count, judged as strictly as the provider does.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseTokensRequest.html
 * @module
 */
import { z } from 'zod'
import { excerpt } from '../../src/wire/excerpt.ts'
import { converseRequest } from './strict.ts'

/** What can be counted. */
export const MEMBERS = ['messages', 'system', 'toolConfig', 'additionalModelRequestFields'] as const

/** A native request for a count that the provider accepts. */
export const countRequest = z.strictObject({
  input: z.strictObject({ converse: excerpt(MEMBERS, converseRequest) }),
})
