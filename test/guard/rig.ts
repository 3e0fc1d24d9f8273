import { onTestFinished } from 'vitest'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createGuardedFetch } from '../../src/guarded-fetch.ts'
import { type GuardOptions, type Media, MediaError } from '../../src/media.ts'
import { type InternetOptions, type LocalInternet, openInternet } from './internet.ts'

/** The smallest picture. */
export const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

/** A server that has the picture at every path. */
export function picture(_request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('content-type', 'image/png').end(PNG)
}

/** A guard in front of an internet of its own, which closes with the test. */
export interface Trial {
  readonly internet: LocalInternet
  get(address: string, signal?: AbortSignal): Promise<Media>
  /** What a client is told of an address that is refused. */
  refusal(address: string): Promise<string>
}

/** Sets up a guard. */
export async function trial(
  options: InternetOptions = { handle: picture },
  { patience = 2000, ...limits }: GuardOptions = {},
): Promise<Trial> {
  const internet = await openInternet(options)
  onTestFinished(() => internet.close())
  const fetchMedia = createGuardedFetch({ patience, ...limits }, internet.way)
  const get = (address: string, signal = new AbortController().signal): Promise<Media> =>
    fetchMedia(new URL(address), signal)
  return {
    internet,
    get,
    async refusal(address) {
      const error: unknown = await get(address).then(
        () => new Error('it was fetched'),
        (error: unknown) => error,
      )
      if (error instanceof MediaError) return error.message
      throw error
    },
  }
}

/** What is said of everything that cannot be reached, whatever the reason. */
export function unreached(patience = 2000): string {
  return `no public server answers there within ${patience} ms`
}
