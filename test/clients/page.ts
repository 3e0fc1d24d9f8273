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

/** The name of a client in one of its modes. */
export function fullName({ name, protocol, mode }: Client): string {
  return `${name} (${mode === undefined ? protocol : `${protocol}, ${mode}`})`
}

/** How many scenarios each client passed with each model, of those it plays, for each protocol. */
export function matrices(passed: Outcome): string {
  return PROTOCOLS.map(([title, protocol]) => `${title}\n\n${matrix(clientsOf(protocol), passed)}\n`).join('\n')
}

function matrix(clients: readonly Client[], passed: Outcome): string {
  const cell = (client: Client, model: Model): string => {
    const names = programme(client, model).map(([name]) => name)
    const good = names.filter((name) => passed(client, model, name))
    return `${good.length}/${names.length}${good.length < names.length ? ' ✗' : ''}`
  }
  const rows = MODELS.map((model) => [`\`${model.id}\``, ...clients.map((client) => cell(client, model))])
  return table(clients.map(titleOf), rows)
}

/** The page as these outcomes have it. */
export function clientsPage(passed: Outcome): string {
  return `${INTRODUCTION}
${PROTOCOLS.map(([title, protocol]) => section(title, protocol, passed)).join('\n')}
✓ with every model above · – left out

## Left out

${leftOut().join('\n')}
`
}

const PROTOCOLS = [
  ['Chat completions', 'chat completions'],
  ['Responses', 'responses'],
] as const

function section(title: string, protocol: Client['protocol'], passed: Outcome): string {
  const clients = clientsOf(protocol)
  const cell = (client: Client, name: string): string => {
    if (name in client.lacks) return '–'
    return MODELS.every((model) => name in model.lacks || passed(client, model, name)) ? '✓' : '✗'
  }
  const rows = [...SCENARIOS.keys()].map((name) => [name, ...clients.map((client) => cell(client, name))])
  return `## ${title}

${clients.map((client) => `- ${titleOf(client)}: \`${client.package}\`. ${NEEDS[client.needs]}.`).join('\n')}

${matrix(clients, passed)}

${table(clients.map(titleOf), rows)}
`
}

function clientsOf(protocol: Client['protocol']): readonly Client[] {
  return CLIENTS.filter((client) => client.protocol === protocol)
}

/** What the gateway that a client plays with remembers of its conversations. */
const NEEDS: Readonly<Record<Client['needs'], string>> = {
  thoughts: 'The gateway remembers the thoughts behind calls',
  replies: 'The gateway keeps the replies',
  nothing: 'The gateway remembers nothing',
}

const INTRODUCTION = `# Clients

The clients that people use, each in its latest version, play the same scenarios against every native adapter: over HTTP, before the [sandbox](../README.md#the-sandbox), in every run of the tests. \`npm run clients\` plays them alone and prints how many passed, of those that the client and the model have the means for.
`

function titleOf({ name, mode }: Pick<Client, 'name' | 'mode'>): string {
  return mode === undefined ? name : `${name}, ${mode}`
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [row(['', ...heads]), row(['---', ...heads.map(() => ':-:')]), ...rows.map(row)].join('\n')
}

/** One line for each reason, with the scenarios it stands for, and who leaves them out. */
function leftOut(): readonly string[] {
  const all = [
    ...CLIENTS.map((client) => ({ who: fullName(client), lacks: client.lacks })),
    ...MODELS.map(({ id, lacks }) => ({ who: `\`${id}\``, lacks })),
  ].flatMap(({ who, lacks }) => Object.entries(lacks).map(([name, reason]) => ({ who, name, reason })))
  const listed = (names: readonly string[]): string => [...new Set(names)].join('; ')
  return [...Map.groupBy(all, ({ reason }) => reason)].map(
    ([reason, left]) =>
      `- ${listed(left.map(({ name }) => name))}: ${reason}. So with ${listed(left.map(({ who }) => who))}.`,
  )
}
