/**
 * The log of requests: a line of JSON for each, when it is over.
 *
 * @module
 */
import type { LogEntry } from './trip.ts'

/** Requests that wait to be told together: writing each by itself costs more than making its line. */
const waiting: LogEntry[] = []

/** Logs a request. */
export function report(entry: LogEntry): void {
  if (waiting.push(entry) === 1) setImmediate(flush)
}

/** Writes what waits to be written. All of it ended in the turn of the event loop that ends now. */
export function flush(): void {
  if (waiting.length === 0) return
  const time = new Date().toISOString()
  let lines = ''
  for (const entry of waiting.splice(0)) lines += `${line(entry, time)}\n`
  process.stderr.write(lines)
}

/** One line. Providers may quote a prompt in an error message, so messages stay out of it. */
function line(entry: LogEntry, time: string): string {
  const { id, method, path, status, duration, provider, model, warnings, route, usage, failure, attempts } = entry
  return JSON.stringify({
    time,
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
