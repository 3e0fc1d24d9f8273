/**
 * Serving from the command line: by this process, or by several that it leads.
 *
 * @module
 */
import { availableParallelism } from 'node:os'
import { ConfigError, type Settings } from './config.ts'
import { readSettings } from './config-file.ts'
import { readWorkers } from './config-workers.ts'
import { createGateway, MEMORY } from './gateway.ts'
import { guarded } from './media.ts'
import { known } from './provider.ts'
import { createReach } from './reach.ts'
import { flush, report } from './request-log.ts'
import { MemoryStore } from './response-store.ts'
import { isLoopback, serveGateway } from './server.ts'
import { CommandError } from './translate.ts'
import { welcome } from './welcome.ts'
import { isWorker, join } from './worker.ts'
import { lead } from './workers.ts'
import { tuneYoungSpace } from './young-space.ts'

/** What is given at the command line. */
export interface Flags {
  readonly config?: string | undefined
  readonly host?: string | undefined
  readonly port?: string | undefined
  readonly workers?: string | undefined
  readonly open: boolean
  readonly quiet: boolean
}

/** Where to serve, and how. */
interface Place {
  readonly host: string
  readonly port: number
  readonly workers: number
  /** Whether clients need a key. */
  readonly keyed: boolean
}

/** Milliseconds that requests under way get when the server is told to stop. */
const FAREWELL = 10_000

/** Serves until told to stop. */
export async function serve(flags: Flags): Promise<void> {
  const { settings } = await readSettings(flags.config)
  const place = placeOf(flags, settings)
  if (place.workers > 1 && !isWorker()) await serveTogether(settings, place)
  else await serveAlone(flags, settings, place)
}

function placeOf(flags: Flags, settings: Settings): Place {
  const host = flags.host ?? settings.host
  const port = flags.port === undefined ? settings.port : Number(flags.port)
  const workers = flags.workers === undefined ? settings.workers : readWorkers(flags.workers)
  const { keys } = settings.options
  const keyed = keys === 'passthrough' || (keys?.length ?? 0) > 0
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new CommandError(`--port: ${flags.port} is not a port`)
  if (workers === undefined)
    throw new CommandError(`--workers: ${flags.workers} is neither a number of processes nor auto`)
  if (!keyed && !flags.open && !isLoopback(host)) {
    throw new ConfigError([
      `host: ${host} can be reached from other machines, but no client keys are set: set DRAGOMAN_API_KEYS, or allow it with --open`,
    ])
  }
  return { host, port, workers: workers === 'auto' ? availableParallelism() : workers, keyed }
}

/** Leads those that serve. */
async function serveTogether(settings: Settings, { workers, keyed }: Place): Promise<void> {
  const { responses, secret = crypto.randomUUID() } = settings.options
  const limits = responses && !('put' in responses) ? known(responses) : {}
  const code = await lead({
    count: workers,
    secret,
    store: new MemoryStore({ ...MEMORY, ...limits, now: Date.now }),
    patience: FAREWELL,
    serving: (url) => greet(url, settings, keyed),
  })
  process.exit(code)
}

async function serveAlone(flags: Flags, settings: Settings, { host, port, keyed }: Place): Promise<void> {
  const membership = isWorker() ? join(settings.options) : undefined
  const gateway = createGateway({
    fetch: createReach(settings.connect),
    fetchMedia: guarded(settings.media),
    log: flags.quiet ? undefined : report,
    ...settings.options,
    ...membership?.options,
  })
  const served = await serveGateway(gateway, { host, port, anyHost: keyed || flags.open })
  tuneYoungSpace()
  const leave = (): void => {
    void served.stop(FAREWELL).then(() => {
      flush()
      process.exit(0)
    })
  }
  process.once('SIGTERM', leave)
  if (membership) {
    membership.serving(served.url)
    membership.onLeave(leave)
    // A terminal interrupts all processes at once; the one that leads says what is to be done.
    process.on('SIGINT', () => {})
  } else {
    greet(served.url, settings, keyed)
    process.once('SIGINT', leave)
  }
}

function greet(url: string, settings: Settings, keyed: boolean): void {
  process.stdout.write(`${welcome(url, settings, keyed).replace(/\n$/u, '')}\n`)
}
