import { describe, expect, test } from 'vitest'
import { createGateway } from '../../src/index.ts'

interface Shown {
  readonly fetches?: readonly string[]
  readonly error?: { readonly message: string; readonly param: string }
}

async function shown(model: string, part: object, media: false | { hosts?: string[] } = {}): Promise<Shown> {
  const gateway = createGateway({ media, environment: {} })
  const response = await gateway.fetch('http://gateway/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-dragoman-dry-run': 'true' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: [{ type: 'text', text: 'a' }, part] }] }),
  })
  return response.json()
}

const image = { type: 'image_url', image_url: { url: 'https://example.com/a.png' } }

function file(name: string): object {
  return { type: 'file', file: { filename: 'a', file_data: `https://example.com/${name}` } }
}

describe('a dry run', () => {
  test('says what would be fetched, and fetches nothing', async () => {
    expect(await shown('ollama/gemma3:4b', image)).toMatchObject({ fetches: ['https://example.com/a.png'] })
    expect(await shown('anthropic/claude-opus-5', image)).not.toHaveProperty('fetches')
  })

  test.each(['notes.md', 'notes.txt', 'table.csv', 'page.html'])(
    'takes %s for the text that it probably is',
    async (name) => {
      expect(await shown('anthropic/claude-opus-5', file(name))).toMatchObject({
        fetches: [`https://example.com/${name}`],
      })
    },
  )

  test('is refused like the request, where nothing is fetched', async () => {
    expect(await shown('ollama/gemma3:4b', image, false)).toMatchObject({
      error: {
        message: 'This provider does not read addresses. Send the bytes as a data URL.',
        param: 'messages[0].content[1].image_url',
      },
    })
  })
})
