/**
 * A whole reply as OpenAI's `chat.completion`.
 *
 * @module
 */
import type { Choice, Completion, JsonObject } from '../../canonical.ts'
import { completionId, ending, envelope, message, usage, type Style } from './message.ts'

/** Renders a whole reply. */
export function body(completion: Completion, style: Style): JsonObject {
  const { id, created, model, choices, usage: spent } = completion
  return {
    id: completionId(id),
    object: 'chat.completion',
    created,
    model,
    choices: choices.map((choice, index) => choiceBody(choice, index, style)),
    ...(spent && { usage: usage(spent) }),
    ...envelope(completion),
  }
}

function choiceBody(choice: Choice, index: number, style: Style): JsonObject {
  const { text, refusal } = choice.logprobs ?? {}
  return {
    index,
    message: message(choice.blocks, style),
    logprobs: choice.logprobs ? { content: text ?? null, refusal: refusal ?? null } : null,
    ...ending(choice, style),
  }
}
