#!/usr/bin/env node
/**
 * The command line: reads the configuration, serves, and says how to use it.
 *
 * @module
 */
import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { ConfigError, configure, type Registry, type Settings } from './config.ts'
import { configJsonSchema } from './config-schema.ts'
import { findConfig, loadAdapters, readConfig } from './config-file.ts'
import { GatewayError } from './errors.ts'
import { createGateway } from './gateway.ts'
import { registry } from './index.ts'
import { guarded } from './media.ts'
import { knownModels } from './router.ts'
import { createReach } from './reach.ts'
import { isLoopback, serveGateway } from './server.ts'
import { CommandError, translateReply, translateRequest } from './translate.ts'
import type { LogEntry } from './trip.ts'
import { isObject } from './wire/json.ts'

const HELP = `Usage: dragoman [serve] [options]                      serve the gateway
       dragoman translate [--model M] [FILE]         show the call that an OpenAI request becomes
       dragoman translate --from PROVIDER [FILE]     show the OpenAI reply that a provider's reply becomes
       dragoman schema                               print the JSON Schema of the configuration

FILE, or - or nothing for standard input, holds the request; or a captured reply, JSON or the bytes of a stream.

Options:
  --config FILE   the configuration; otherwise dragoman.config.{ts,js,mjs,json,yaml,yml} of this folder
  --host ADDRESS  the address to listen on (HOST, 127.0.0.1)
  --port PORT     the port to listen on (PORT, 8787)
  --open          allow an address that others can reach even though no client keys are set
  --quiet         do not log requests
  --model MODEL   the model to ask, in place of the request's own
  --from PROVIDER whose reply it is
  --help          print this
`

/** Milliseconds that requests under way get when the server is told to stop. */
const FAREWELL = 10_000

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      config: { type: 'string' },
      host: { type: 'string' },
      port: { type: 'string' },
      open: { type: 'boolean', default: false },
      quiet: { type: 'boolean', default: false },
      model: { type: 'string' },
      from: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  const [command = 'serve', file = '-'] = positionals
  if (values.help) print(HELP)
  else if (command === 'schema') print(JSON.stringify(configJsonSchema(registry), null, 2))
  else if (command === 'serve') await run(values)
  else if (command === 'translate') await translate(values, file)
  else throw new CommandError(`there is no command "${command}"; see dragoman --help`)
}

/** What is given at the command line. */
interface Flags {
  readonly config?: string | undefined
  readonly host?: string | undefined
  readonly port?: string | undefined
  readonly model?: string | undefined
  readonly from?: string | undefined
  readonly open: boolean
  readonly quiet: boolean
}

async function translate({ config, model, from }: Flags, file: string): Promise<void> {
  const bytes = file === '-' ? await buffer(process.stdin) : await readFile(file)
  const { settings, adapters } = await configured(config)
  const shown =
    from === undefined
      ? await translateRequest(bytes.toString('utf8'), model, settings, adapters)
      : await translateReply(new Uint8Array(bytes), from, model, settings, adapters)
  print(JSON.stringify(shown, null, 2))
  if (isObject(shown) && 'error' in shown) process.exitCode = 1
}

async function configured(named: string | undefined): Promise<{ settings: Settings; adapters: Registry }> {
  const file = named ?? findConfig(process.cwd())
  const config = file === undefined ? {} : await readConfig(file)
  // A path in a file is meant from where the file is.
  const adapters = await loadAdapters(config, registry, file === undefined ? process.cwd() : dirname(resolve(file)))
  return { settings: configure(config, process.env, adapters), adapters }
}

async function run(flags: Flags): Promise<void> {
  const { settings } = await configured(flags.config)
  const host = flags.host ?? settings.host
  const port = flags.port === undefined ? settings.port : Number(flags.port)
  const { keys } = settings.options
  const keyed = keys === 'passthrough' || (keys?.length ?? 0) > 0
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new CommandError(`--port: ${flags.port} is not a port`)
  if (!keyed && !flags.open && !isLoopback(host)) {
    throw new ConfigError([
      `host: ${host} can be reached from other machines, but no client keys are set: set DRAGOMAN_API_KEYS, or allow it with --open`,
    ])
  }
  const log = flags.quiet ? undefined : (entry: LogEntry) => report(line(entry))
  const gateway = createGateway({
    fetch: createReach(settings.connect),
    fetchMedia: guarded(settings.media),
    log,
    ...settings.options,
  })
  const served = await serveGateway(gateway, { host, port, anyHost: keyed || flags.open })
  print(welcome(served.url, settings, keyed))
  const leave = (): void => {
    void served.stop(FAREWELL).then(() => {
      flush()
      process.exit(0)
    })
  }
  process.once('SIGTERM', leave)
  process.once('SIGINT', leave)
}

function welcome(url: string, { options, sandbox }: Settings, keyed: boolean): string {
  const adapters = Object.fromEntries(
    Object.entries(options.providers).map(([id, given]) => [id, 'adapter' in given ? given.adapter : given]),
  )
  const names = [...Object.keys(options.models ?? {}).filter((name) => !name.includes('*')), ...knownModels(adapters)]
  const [model = `${Object.keys(adapters)[0]}/MODEL`] = names
  const key = keyed ? 'YOUR_KEY' : '-'
  const authorization = keyed ? ` -H 'authorization: Bearer ${key}'` : ''
  return `
Dragoman serves ${Object.keys(adapters).join(', ')} at ${url}/v1
${sandbox ? '\nNo provider is configured, so this is the sandbox: emulated providers, spoken to in their own protocols.\nSet a key, such as ANTHROPIC_API_KEY, to reach a real one.\n' : ''}${keyed ? '' : '\nNo client keys are set, so only this machine can reach it.\n'}
Models:
${names.map((name) => `  ${name}`).join('\n')}

Try it:
  curl ${url}/v1/chat/completions -H 'content-type: application/json'${authorization} -d '{"model":"${model}","messages":[{"role":"user","content":"Hello!"}]}'

  import OpenAI from 'openai'
  const client = new OpenAI({ apiKey: '${key}', baseURL: '${url}/v1' })
  const stream = await client.chat.completions.create({ model: '${model}', messages: [{ role: 'user', content: 'Hello!' }], stream: true })
  for await (const chunk of stream) process.stdout.write(chunk.choices[0]?.delta.content ?? '')
`
}

/** One line of the log. Providers may quote a prompt in an error message, so messages stay out of it. */
function line({ failure, usage, attempts, id, method, path, status, duration, ...entry }: LogEntry): string {
  const { provider, model, warnings, route } = entry
  return JSON.stringify({
    time: new Date().toISOString(),
    id,
    method,
    path,
    status,
    duration,
    provider,
    model,
    warnings,
    route,
    input_tokens: usage?.input,
    output_tokens: usage?.output,
    error: failure && (failure.code ?? failure.type),
    param: failure?.param,
    cost: usage?.cost,
    attempts: attempts?.map(({ failure: told, ...one }) => ({
      ...one,
      ...(told && { error: told.code ?? told.status }),
    })),
    cause: failure?.cause instanceof Error ? failure.cause.message : undefined,
  })
}

/** Lines of the log that wait to be written together: writing each by itself costs more than making it. */
const waiting: string[] = []

function report(text: string): void {
  if (waiting.push(text) === 1) setImmediate(flush)
}

function flush(): void {
  if (waiting.length > 0) process.stderr.write(`${waiting.splice(0).join('\n')}\n`)
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
}
