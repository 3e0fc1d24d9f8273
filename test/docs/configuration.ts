/**
 * Writes docs/configuration.md from the schemas that check a configuration: `node test/docs/configuration.ts`.
 *
 * @module
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { configJsonSchema, type JsonSchema } from '../../src/config-schema.ts'
import { registry } from '../../src/index.ts'
import { isObject } from '../../src/wire/json.ts'

/** Where the page is. */
export const PAGE = join(import.meta.dirname, '../../docs/configuration.md')

const INTRODUCTION = `# Configuration

Without a configuration, every provider whose key is in the environment is enabled. With one, \`dragoman.config.{ts,js,mjs,json,yaml,yml}\` of the current folder is read, or the file that \`--config\` names. \`\${NAME}\` stands for an environment variable, anywhere. A file that is wrong stops the start, and every problem is named by its path.

\`\`\`yaml
providers:
  anthropic: { apiKey: '\${ANTHROPIC_API_KEY}' }
  local: { adapter: openai, baseURL: 'http://localhost:8000/v1', apiKey: none } # a provider of your own; below, under \`openai\`, stands how it may differ
models:
  fast: anthropic/claude-haiku-4-5 # an alias
  'house-*': local # a pattern
keys: ['\${DRAGOMAN_API_KEY}'] # who may ask; also DRAGOMAN_API_KEYS, separated by commas
\`\`\`

\`dragoman schema > dragoman.schema.json\` writes a JSON Schema with which editors check and complete the file.

A model name is looked up as an entry of \`models\`, then as \`provider/model\`, then by the longest pattern that matches it, of \`models\` or of a configured provider. Without \`keys\` only this machine can reach the server, and another \`host\` needs \`--open\`.

With \`workers\` several processes serve on one port, led by one more that serves nothing itself: it starts them, replaces any that ends, keeps the replies of \`responses\` for all of them, hands all the same \`secret\`, and writes their log. Reasoning of \`memory\` is told by each to all, within milliseconds, and kept by each. Breakers, measured speeds, the turns of several \`apiKeys\` and what was learned of a model are each worker's own: a provider that fails is left alone by each when each has seen it fail. SIGTERM and SIGINT have all finish what is under way, for at most ten seconds.
`

/** The page as it should be. */
export function configurationPage(): string {
  const { providers, ...rest } = propertiesOf(configJsonSchema(registry))
  const common =
    isObject(providers) && isObject(providers['additionalProperties'])
      ? propertiesOf(providers['additionalProperties'])
      : {}
  // By name: the order of a module's exports is not the same wherever this runs.
  const known = Object.entries(propertiesOf(isObject(providers) ? providers : {})).toSorted(([one], [other]) =>
    one < other ? -1 : 1,
  )
  const entries = known.map(([id, schema]) => {
    const own = Object.entries(propertiesOf(isObject(schema) ? schema : {})).filter(([name]) => !(name in common))
    return `### \`${id}\`\n\n${table(Object.fromEntries(own))}`
  })
  return [
    INTRODUCTION,
    `## Settings\n\n${table({ providers, ...rest })}`,
    `## Providers\n\nEvery entry of \`providers\` takes:\n\n${table(common)}`,
    ...entries,
  ].join('\n')
}

function table(properties: Readonly<Record<string, unknown>>): string {
  const rows = Object.entries(properties).flatMap(([name, schema]) => rowsOf(name, isObject(schema) ? schema : {}))
  return `| setting | what it is |\n| --- | --- |\n${rows.join('\n')}\n`
}

function rowsOf(name: string, schema: JsonSchema): readonly string[] {
  const alternatives = Array.isArray(schema['anyOf']) ? schema['anyOf'].filter(isObject) : []
  const nested = [schema, ...alternatives].map(propertiesOf).find((properties) => Object.keys(properties).length > 0)
  const inner = name === 'providers' ? [] : Object.entries(nested ?? {})
  const described = `${String(schema['description'] ?? '')}${schema['default'] === undefined ? '' : ` Default \`${JSON.stringify(schema['default'])}\`.`}`
  return [
    `| \`${name}\` | ${described.replaceAll('|', '\\|')} |`,
    ...inner.flatMap(([key, value]) => rowsOf(`${name}.${key}`, isObject(value) ? value : {})),
  ]
}

function propertiesOf(schema: JsonSchema): Readonly<Record<string, unknown>> {
  const { properties } = schema
  return isObject(properties) ? properties : {}
}

if (import.meta.main) writeFileSync(PAGE, configurationPage())
