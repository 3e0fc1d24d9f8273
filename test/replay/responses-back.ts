/**
 * Going on with a conversation as clients do: what a response said is sent back as input.
 *
 * @module
 */
import { GatewayError } from '../../src/errors.ts'
import { responses } from '../../src/surfaces/responses/index.ts'
import { differences } from './compare.ts'
import { list, members, type Members, text } from './reading.ts'
import type { RecordedReply } from './recordings.ts'
import type { Fault } from './replies.ts'
import { misunderstood } from './responses-history.ts'
import { sessionAlone } from './responses-reading.ts'
import { ITEMS } from './responses-requests.ts'
import { blocksOf } from './responses-speaker.ts'
import { ask, type Telling } from './responses-told.ts'

/** What the provider is told of its own words must be what it said, block by block. */
export async function backToItsMaker(reply: RecordedReply, { asked, output }: Telling): Promise<readonly Fault[]> {
  const model = text(asked['model']).replace(/^speaker\//u, '')
  const sent: Members[] = []
  await ask(reply, { ...asked, input: goingOn(output) }, (body) => sent.push(body))
  const turn = list(sent[0]?.['messages'])
    .map(members)
    .find(({ role }) => role === 'assistant')
  const found = differences({ blocks: blocksOf(reply, model) }, { blocks: turn?.['blocks'] ?? [] })
  return found.map((difference) => ({ check: 'is told back as it was said', ...difference }))
}

/** What OpenAI itself said must be understood by the gateway, or lost aloud; or be refused, where it is of OpenAI's own tools. */
export async function backToAnother(output: readonly Members[]): Promise<readonly Fault[] | string> {
  const input = goingOn(output)
  const strange = output.find(({ type }) => !ITEMS.has(text(type)))
  const warned: string[] = []
  try {
    const { request } = await responses.parse(
      { model: 'some-model', input },
      (param) => warned.push(param),
      sessionAlone(),
    )
    const lost = misunderstood(input, request.messages, warned)
    const missed = strange ? [{ path: '', expected: `a refusal of ${text(strange['type'])}`, actual: 'a request' }] : []
    return [...lost, ...missed].map((difference) => ({ check: 'is understood when it comes back', ...difference }))
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    const { param, code, message } = error.failure
    const at = /^input\[(\d+)\]\.type$/u.exec(param ?? '')?.[1]
    const refused = text(input[Number(at)]?.['type'])
    if (code === 'unsupported_input_item' && refused !== '' && !ITEMS.has(refused))
      return `an item of a tool that OpenAI runs: ${refused}`
    return [{ check: 'is understood when it comes back', path: param ?? '', expected: 'a request', actual: message }]
  }
}

/** What follows a reply: an answer to each of its calls, or else the next question. */
function goingOn(output: readonly Members[]): readonly Members[] {
  const answers = output.flatMap(({ type, call_id: id }) =>
    type === 'function_call' || type === 'custom_tool_call'
      ? [{ type: `${type}_output`, call_id: id, output: 'Done.' }]
      : [],
  )
  return [
    { type: 'message', role: 'user', content: 'Hello.' },
    ...output,
    ...(answers.length > 0 ? answers : [{ type: 'message', role: 'user', content: 'Go on.' }]),
  ]
}
