/**
 * The command line: what it is told to do, and how to use it.
 *
 * @module
 */
import { readFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { ConfigError } from './config.ts'
import { configJsonSchema } from './config-schema.ts'
import { allAdapters, readSettings } from './config-file.ts'
import { GatewayError } from './errors.ts'
import { type Flags, serve } from './serve.ts'
import { CommandError, translateReply, translateRequest } from './translate.ts'
import { isObject } from './wire/json.ts'
import { isWorker } from './worker.ts'

const HELP = `Usage: dragoman [serve] [options]                      serve the gateway
       dragoman translate [--model M] [FILE]         show the call that an OpenAI request becomes
       dragoman translate --from PROVIDER [FILE]     show the OpenAI reply that a provider's reply becomes
       dragoman schema                               print the JSON Schema of the configuration

FILE, or - or nothing for standard input, holds the request; or a captured reply, JSON or the bytes of a stream.

Options:
  --config FILE   the configuration; otherwise dragoman.config.{ts,js,mjs,json,yaml,yml} of this folder
  --host ADDRESS  the address to listen on (HOST, 127.0.0.1)
  --port PORT     the port to listen on (PORT, 8787)
  --workers N     how many processes serve, or auto: one for each processor (WORKERS, 1)
  --open          allow an address that others can reach even though no client keys are set
  --quiet         do not log requests
  --model MODEL   the model to ask, in place of the request's own
  --from PROVIDER whose reply it is
  --help          print this
`

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      config: { type: 'string' },
      host: { type: 'string' },
      port: { type: 'string' },
      workers: { type: 'string' },
      open: { type: 'boolean', default: false },
      quiet: { type: 'boolean', default: false },
      model: { type: 'string' },
      from: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  const [command = 'serve', file = '-'] = positionals
  if (values.help) print(HELP)
  else if (command === 'schema') print(JSON.stringify(configJsonSchema(await allAdapters()), null, 2))
  else if (command === 'serve') await serve(values)
  else if (command === 'translate') await translate(values, file)
  else throw new CommandError(`there is no command "${command}"; see dragoman --help`)
}

async function translate({ config, model, from }: Flags & Asked, file: string): Promise<void> {
  const bytes = file === '-' ? await buffer(process.stdin) : await readFile(file)
  const { settings, adapters } = await readSettings(config, await allAdapters())
  const shown =
    from === undefined
      ? await translateRequest(bytes.toString('utf8'), model, settings, adapters)
      : await translateReply(new Uint8Array(bytes), from, model, settings, adapters)
  print(JSON.stringify(shown, null, 2))
  if (isObject(shown) && 'error' in shown) process.exitCode = 1
}

/** What to translate. */
interface Asked {
  readonly model?: string | undefined
  readonly from?: string | undefined
}

function print(text: string): void {
  process.stdout.write(`${text.replace(/\n$/u, '')}\n`)
}

try {
  await main()
} catch (error) {
  const known =
    error instanceof ConfigError ||
    error instanceof CommandError ||
    error instanceof GatewayError ||
    (error instanceof Error && 'code' in error)
  console.error(known ? `dragoman: ${error.message}` : error)
  process.exitCode = 1
  // A worker lives as long as it listens to the process that leads it.
  if (isWorker()) process.disconnect?.()
}
