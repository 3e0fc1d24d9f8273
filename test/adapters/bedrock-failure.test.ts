import { describe, expect, test } from 'vitest'
import { quiet } from './bedrock-rig.ts'

const failure = (status: number, body: unknown, type?: string) =>
  quiet.failure!(status, body, new Headers(type === undefined ? {} : { 'x-amzn-errortype': type }))

describe('an exception is told in OpenAI’s terms', () => {
  test.for([
    [
      400,
      undefined,
      'The provided model identifier is invalid.',
      { status: 404, code: 'model_not_found', param: 'model' },
    ],
    [400, 'ValidationException:http://internal.amazon.com/coral/', 'Bad.', { status: 400 }],
    [
      400,
      'ValidationException',
      'The model returned the following errors: Input Tokens Exceeded: Number of input tokens exceeds maximum length.',
      { status: 400, code: 'context_length_exceeded', param: 'messages' },
    ],
    [
      403,
      'AccessDeniedException',
      "You don't have access to the model with the specified model ID.",
      { status: 404, code: 'model_not_found' },
    ],
    [403, 'AccessDeniedException', 'No.', { status: 403 }],
    [400, 'UnrecognizedClientException', 'The security token is invalid.', { status: 403 }],
    [404, 'ResourceNotFoundException', 'Gone.', { status: 404, code: 'model_not_found' }],
    [429, 'ThrottlingException', 'Slow.', { status: 429 }],
    [400, 'ServiceQuotaExceededException', 'Full.', { status: 429, code: 'insufficient_quota', retry: false }],
    [429, 'ModelNotReadyException', 'Warming up.', { status: 503, code: 'overloaded' }],
    [408, 'ModelTimeoutException', 'Late.', { status: 504 }],
    [424, 'ModelErrorException', 'Broken.', { status: 502 }],
    [500, 'InternalServerException', 'Broken.', { status: 502 }],
    [503, 'ServiceUnavailableException', 'Busy.', { status: 503 }],
    [418, 'TeapotException', 'Short and stout.', { status: 418 }],
  ] as const)('%i %s: %s', ([status, type, message, expected]) => {
    expect(failure(status, { message }, type)).toMatchObject({ ...expected, message })
  })

  test('whose name stands in the body', () => {
    expect(failure(400, { __type: 'com.amazon#ThrottlingException', Message: 'Slow.' })).toEqual({
      status: 429,
      message: 'Slow.',
    })
    expect(failure(400, { code: 'ThrottlingException' })).toMatchObject({ status: 429, message: 'Too many requests.' })
  })

  test('that is none', () => {
    expect(failure(500, 'oops')).toMatchObject({ status: 500 })
    expect(failure(424, { message: 'x', originalStatusCode: 503 }, 'ModelErrorException')).toMatchObject({
      status: 503,
    })
  })
})

test('a refusal of Claude’s is mended as in its own API', () => {
  const message = 'The model returned the following errors: `temperature` is deprecated for this model.'
  const request = { model: 'm', stream: false, messages: [], temperature: 0.5 }
  const known = { status: 400, type: '', code: null, param: null, message }
  expect(quiet.chat?.amend?.(request, known)?.apply(request)).toEqual({ model: 'm', stream: false, messages: [] })
})
