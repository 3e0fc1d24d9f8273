/**
 * Writes docs/edge-cases.md, which says for each edge case what shows it, from the fixtures and the rows of
 * `test/contract/evidence.ts`: `node test/docs/edge-cases.ts --write`. Without `--write` it fails where the page is out of date.
 *
 * @module
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Evidence, evidenceFor } from '../contract/catalogue.ts'
import { OTHERWISE, PENDING } from '../contract/evidence.ts'
import { NUMBERS, pointsOf } from '../contract/numbers.ts'

/** Where the page is. */
export const PAGE = join(import.meta.dirname, '../../docs/edge-cases.md')

const INTRODUCTION = `# Edge cases

What is known to go wrong between OpenAI's API and the providers' own, and what shows that it does not here. A folder is a fixture: the case that [fixtures](../fixtures/README.md) holds, run through the real gateway, whole and streamed. *Every provider's* is a case that all of them owe, unless they lack what it is about. A file is a test, or a promise that is kept for every fixture.
`

/** The lists, by the letter of their numbers. */
const LISTS: Readonly<Record<string, string>> = {
  T: 'Mistakes that users of other gateways met',
  A: 'Anthropic',
  C: 'Bedrock and Cohere',
  O: 'Ollama',
  M: 'Mistral',
  D: 'OpenAI’s likes',
  G: 'Gemini',
}

/** The page as it should be. */
export function edgeCasesPage(): string {
  const lists = Object.entries(LISTS).map(([letter, title]) => {
    const rows = Object.keys(NUMBERS).flatMap((number) => (number.startsWith(letter) ? [rowOf(number)] : []))
    return `## ${title}\n\n| number | what it is about | what shows it |\n| --- | --- | --- |\n${rows.join('\n')}\n`
  })
  return [INTRODUCTION, ...lists].join('\n')
}

function rowOf(number: string): string {
  const isPoint = /[a-z]$/u.test(number)
  const remark = OTHERWISE[number]
  const shown = [
    ...told(evidenceFor(number)),
    ...(PENDING.includes(number) ? ['being built'] : []),
    ...(remark === undefined ? [] : [remark]),
  ]
  const points = shown.length === 0 && pointsOf(number).length > 0 ? ['see its points'] : []
  const name = isPoint ? `\u00a0\u00a0${number}` : `**${number}**`
  return `| ${name} | ${NUMBERS[number] ?? ''} | ${[...shown, ...points].join('<br>').replaceAll('|', '\\|')} |`
}

/** Evidence in a few words: fixtures and shared cases on one line each, then a line for each test. */
function told(evidence: readonly Evidence[]): readonly string[] {
  const of = (kind: Evidence['kind']): readonly string[] =>
    evidence.filter((one) => one.kind === kind).map(({ place }) => place)
  const shared = of('shared').map((place) => `every provider’s \`${place}\``)
  const fixtures = of('fixture').map((place) => `[${place}](../fixtures/${place})`)
  const tests = evidence.flatMap(({ place, test }) => (test === undefined ? [] : [`[${place}](../${place}): ${test}`]))
  return [...(shared.length > 0 ? [shared.join(', ')] : []), ...(fixtures.length > 0 ? [fixtures.join(', ')] : []), ...tests]
}

if (import.meta.main) {
  const page = edgeCasesPage()
  if (process.argv.includes('--write')) writeFileSync(PAGE, page)
  else if (readFileSync(PAGE, 'utf8') !== page) {
    process.stderr.write('docs/edge-cases.md is out of date: node test/docs/edge-cases.ts --write\n')
    process.exitCode = 1
  }
}
