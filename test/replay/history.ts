/**
 * Telling a reply back to its provider, as a client does that goes on with the conversation.
 *
 * @module
 */
import { askWhole, type Question } from './ask.ts'
import type { Difference } from './compare.ts'
import type { Oracle } from './oracle.ts'
import { list, members, type Members } from './reading.ts'

/** Goes on with the conversation: what the provider is then told of its own words must be what it said. */
export async function replayHistory(
  question: Question,
  told: unknown,
  { echo }: Oracle,
): Promise<readonly Difference[]> {
  if (!echo) return []
  const [choice] = list(members(told)['choices']).map(members)
  const message = members(choice?.['message'])
  const messages = [...list(question.body['messages']), message, ...answers(message)]
  const sent: unknown[] = []
  await askWhole({ ...question, body: { ...question.body, messages }, hear: (body) => sent.push(body) })
  return echo(question.legs, sent[0])
}

/** What must follow an assistant's message: an answer to each of its calls, or else the next question. */
function answers({ tool_calls }: Members): readonly Members[] {
  const calls = list(tool_calls).map(members)
  if (calls.length === 0) return [{ role: 'user', content: 'Go on.' }]
  return calls.map(({ id }) => ({ role: 'tool', tool_call_id: id, content: 'Done.' }))
}
