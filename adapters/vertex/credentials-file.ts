/**
 * Reading credentials from disk. For Node, Bun and Deno; loaded only where a file is to be read.
 *
 * @module
 */
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** What a file holds; without a path, the file where `gcloud` leaves application-default credentials, if it is there. */
export async function readCredentialsFile(path?: string): Promise<string | undefined> {
  if (path !== undefined) return readFile(path, 'utf8')
  return readFile(join(configFolder(process.env), 'application_default_credentials.json'), 'utf8').catch(
    () => undefined,
  )
}

/** @see https://cloud.google.com/docs/authentication/application-default-credentials#personal */
function configFolder({ CLOUDSDK_CONFIG: own, APPDATA: roaming }: NodeJS.ProcessEnv): string {
  if (own) return own
  return process.platform === 'win32' && roaming ? join(roaming, 'gcloud') : join(homedir(), '.config', 'gcloud')
}
