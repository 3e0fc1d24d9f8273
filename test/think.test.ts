import { describe, expect, test } from 'vitest'
import { ThinkTags } from '../src/think.ts'

/** What is heard of a text that comes in these pieces. */
function heard(pieces: readonly string[]): { thought: string; text: string } {
  const tags = new ThinkTags()
  const all = [...pieces.map((piece) => tags.feed(piece)), tags.end()]
  return { thought: all.map(({ thought }) => thought).join(''), text: all.map(({ text }) => text).join('') }
}

describe('a text in which a model thinks aloud', () => {
  test.each([
    ['<think>why</think>so', 'why', 'so'],
    ['\n <think>\nwhy\n</think>\n\nso\n', 'why', 'so\n'],
    ['<think></think>so', '', 'so'],
    ['<think>a </b> < c</think>so', 'a </b> < c', 'so'],
    ['<think>cut short', 'cut short', ''],
    ['<think>cut short </thi', 'cut short </thi', ''],
    ['<think>all\n</think>\n', 'all', ''],
    ['so <think>not</think>', '', 'so <think>not</think>'],
    ['<thinking>not</thinking>', '', '<thinking>not</thinking>'],
    [' \n<thi', '', ' \n<thi'],
    [' words', '', ' words'],
    ['<think>why</think>so</think>', 'why', 'so</think>'],
  ])('%j is told apart, wherever it is cut', (said, thought, text) => {
    expect(heard([said])).toEqual({ thought, text })
    expect(heard([...said])).toEqual({ thought, text })
    for (let at = 0; at <= said.length; at++)
      expect(heard([said.slice(0, at), said.slice(at)])).toEqual({ thought, text })
  })

  test('holds back no more than what may be a tag', () => {
    const tags = new ThinkTags()
    expect(tags.feed('<think>one')).toEqual({ thought: 'one', text: '' })
    expect(tags.feed(' two</th')).toEqual({ thought: ' two', text: '' })
    expect(tags.feed('e three')).toEqual({ thought: '</the three', text: '' })
    expect(tags.feed('</think>')).toEqual({ thought: '', text: '' })
    expect(tags.feed('four')).toEqual({ thought: '', text: 'four' })
  })
})
