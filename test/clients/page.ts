/**
 * What was played, as a page for readers.
 *
 * @module
 */
import { join } from 'node:path'
import type { Client } from './client.ts'
import { CLIENTS, programme } from './index.ts'
import { SCENARIOS } from './scenarios.ts'
import { type Model, MODELS } from './stage.ts'

/** Where the page is. */
export const PAGE = join(import.meta.dirname, '../../docs/clients.md')

/** Whether a scenario went well. */
export type Outcome = (client: Client, model: Model, scenario: string) => boolean

/** How many scenarios each client passed with each model, of those it plays. */
export function matrix(passed: Outcome): string {
  const cell = (client: Client, model: Model): string => {
    const names = programme(client, model).map(([name]) => name)
    const good = names.filter((name) => passed(client, model, name))
    return `${good.length}/${names.length}${good.length < names.length ? ' ✗' : ''}`
  }
  return table(MODELS.map((model) => [`\`${model.id}\``, ...CLIENTS.map((client) => cell(client, model))]))
}

/** The page as these outcomes have it. */
export function clientsPage(passed: Outcome): string {
  const cell = (client: Client, name: string): string => {
    if (name in client.lacks) return '–'
    return MODELS.every((model) => name in model.lacks || passed(client, model, name)) ? '✓' : '✗'
  }
  const rows = [...SCENARIOS.keys()].map((name) => [name, ...CLIENTS.map((client) => cell(client, name))])
  return `${INTRODUCTION}
${CLIENTS.map(({ name, package: from, protocol }) => `- ${name}: \`${from}\`, speaking ${protocol}`).join('\n')}

${matrix(passed)}

## Scenarios

${table(rows)}

✓ with every model above · – left out

## Left out

${[...CLIENTS.map(({ lacks, ...client }) => [titleOf(client), lacks] as const), ...MODELS.map(({ id, lacks }) => [`\`${id}\``, lacks] as const)].flatMap(([who, lacks]) => reasons(who, lacks)).join('\n')}
`
}

const INTRODUCTION = `# Clients

The clients that people use, each in its latest version, play the same scenarios against every native adapter: over HTTP, before the [sandbox](../README.md#the-sandbox), in every run of the tests. \`npm run clients\` plays them alone and prints how many passed, of those that the client and the model have the means for.
`

function titleOf({ name, protocol }: Pick<Client, 'name' | 'protocol'>): string {
  return `${name}, ${protocol}`
}

function table(rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  const heads = CLIENTS.map(titleOf)
  return [row(['', ...heads]), row(['---', ...heads.map(() => ':-:')]), ...rows.map(row)].join('\n')
}

/** One line for each reason, with the scenarios it stands for. */
function reasons(who: string, lacks: Readonly<Record<string, string>>): readonly string[] {
  const names = Map.groupBy(Object.keys(lacks), (name) => lacks[name] ?? '')
  return [...names].map(([reason, scenarios]) => `- ${who}: ${scenarios.join('; ')}. ${reason}.`)
}
