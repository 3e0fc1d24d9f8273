/**
 * The log of requests: a line of JSON for each, when it is over.
 *
 * @module
 */
import type { LogEntry } from './trip.ts'

/** Lines that wait to be written together: writing each by itself costs more than making it. */
const waiting: string[] = []

/** Logs a request. */
export function report(entry: LogEntry): void {
  if (waiting.push(line(entry)) === 1) setImmediate(flush)
}

/** Writes what waits to be written. */
export function flush(): void {
  if (waiting.length > 0) process.stderr.write(`${waiting.splice(0).join('\n')}\n`)
}

/** One line. Providers may quote a prompt in an error message, so messages stay out of it. */
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
