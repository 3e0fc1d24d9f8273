/**
 * Requests of a given size, in the words of the two formats that the contestants are asked in.
 *
 * @module
 */

/** A request to post. */
export interface Post {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

interface Turn {
  readonly role: 'user' | 'assistant'
  readonly content: string
}

interface Talk {
  readonly system: string
  readonly turns: readonly Turn[]
}

/** A request for chat completions. */
export function chatCompletion(model: string, bytes: number, stream: boolean): Post {
  const { system, turns } = talk(bytes)
  const body = {
    model,
    messages: [{ role: 'system', content: system }, ...turns],
    max_completion_tokens: 1024,
    temperature: 0.7,
    ...(stream && { stream: true, stream_options: { include_usage: true } }),
  }
  return { path: '/v1/chat/completions', headers: {}, body: JSON.stringify(body) }
}

/** The same request in the words of Anthropic's Messages API, for those who only pass it on. */
export function nativeMessage(model: string, bytes: number, stream: boolean): Post {
  const { system, turns } = talk(bytes)
  const body = { model, max_tokens: 1024, temperature: 0.7, system, messages: turns, ...(stream && { stream: true }) }
  const headers = { 'x-api-key': 'sk-bench', 'anthropic-version': '2023-06-01' }
  return { path: '/v1/messages', headers, body: JSON.stringify(body) }
}

/** Text of a given length, the same for the same seed. Has what real text has to be escaped for: quotes and line breaks. */
export function prose(length: number, seed = 1): string {
  let state = seed
  let text = ''
  while (text.length < length) {
    // A linear congruential generator, of the constants in Numerical Recipes.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    const word = WORDS[state % WORDS.length] ?? ''
    text += state % 97 === 0 ? `"${word}".\n` : `${word} `
  }
  return text.slice(0, length)
}

/** Two exchanges where it is short, 26 where it is long. */
function talk(bytes: number): Talk {
  const pairs = bytes > 10_000 ? 26 : 2
  const turns = pairs * 2 - 1
  const length = Math.floor((bytes - 60 * turns) / (turns + 1))
  return {
    system: prose(length),
    turns: Array.from({ length: turns }, (_, index) => ({
      role: index % 2 === 0 ? 'user' : 'assistant',
      content: prose(length, index + 2),
    })),
  }
}

const WORDS =
  'the river of a town and its people in an old house near water for many years they wrote letters about weather harvest prices roads bridges music lessons children winter evenings'.split(
    ' ',
  )
