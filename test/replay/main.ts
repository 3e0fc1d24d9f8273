/**
 * Replays recorded provider traffic through the real gateway: `npm run replay -- FOLDER [--provider P] [--core] [--json FILE]`.
 * Exits with 1 where anything failed, with 2 where there is nothing to replay.
 *
 * @module
 */
import { existsSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { load } from './recordings.ts'
import { report, totals } from './report.ts'
import { ROUTES } from './routes.ts'
import { replay, type Verdict } from './verdicts.ts'

const USAGE = 'Usage: npm run replay -- FOLDER [--provider P] [--core] [--json FILE]'

process.exitCode = await main(process.argv.slice(2))

async function main(given: readonly string[]): Promise<number> {
  const options = read(given)
  if (typeof options === 'string') return complain(options)
  const { folder, provider, core, json } = options
  if (!existsSync(folder)) return complain(`The folder ${folder} does not exist.`)
  const { recordings, strangers } = load(folder)
  const chosen = recordings.filter(
    (recording) => (!core || recording.core) && (provider === undefined || recording.provider === provider),
  )
  if (chosen.length === 0)
    return complain(
      `The folder ${folder} holds no ${core ? 'core ' : ''}recordings${provider === undefined ? '' : ` of ${provider}`}.`,
    )
  const verdicts: Verdict[] = []
  for await (const verdict of replay(chosen, ROUTES, recordings)) verdicts.push(verdict)
  if (json !== undefined)
    writeFileSync(json, `${JSON.stringify({ totals: totals(verdicts), strangers, verdicts }, null, 2)}\n`)
  if (strangers.length > 0) console.log(`Not recordings, and left alone: ${strangers.join(', ')}\n`)
  console.log(report(verdicts))
  return totals(verdicts).failed > 0 ? 1 : 0
}

interface Options {
  readonly folder: string
  readonly provider: string | undefined
  readonly core: boolean
  readonly json: string | undefined
}

function read(args: readonly string[]): Options | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { provider: { type: 'string' }, core: { type: 'boolean', default: false }, json: { type: 'string' } },
    })
    const [folder, ...more] = positionals
    if (folder === undefined || more.length > 0) return USAGE
    return { folder, provider: values.provider, core: values.core, json: values.json }
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}\n${USAGE}`
  }
}

function complain(message: string): number {
  console.error(message)
  return 2
}
