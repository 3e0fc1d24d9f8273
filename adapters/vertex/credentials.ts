/**
 * Credentials, as Google writes them into files.
 *
 * @see https://cloud.google.com/docs/authentication/application-default-credentials
 * @module
 */
import { z } from 'zod'
import { parseObject } from '../../src/wire/json.ts'
import { refusal } from './refusal.ts'

const serviceAccount = z
  .looseObject({
    type: z.literal('service_account'),
    client_email: z.string().min(1),
    private_key: z.string().min(1),
    private_key_id: z.string().optional(),
    quota_project_id: z.string().optional(),
  })
  .describe('The key of a service account.')

const authorizedUser = z
  .looseObject({
    type: z.literal('authorized_user'),
    client_id: z.string().min(1),
    client_secret: z.string().min(1),
    refresh_token: z.string().min(1),
    quota_project_id: z.string().optional(),
  })
  .describe('What `gcloud auth application-default login` leaves behind.')

/** What a file of credentials holds. */
export const credentialsSchema = z.discriminatedUnion('type', [serviceAccount, authorizedUser])

/** Credentials to get access tokens with. */
export type Credentials = z.output<typeof credentialsSchema>

/** The key of a service account. */
export type ServiceAccount = z.output<typeof serviceAccount>

/** The consent of a person. */
export type AuthorizedUser = z.output<typeof authorizedUser>

/** Reads a file; without a path, the one where Google's tools leave their credentials, if it is there. */
export type ReadFile = (path?: string) => Promise<string | undefined>

/** The credentials that are meant: those given, those a given text or file holds, or those that Google's tools left. */
export async function findCredentials(
  given: string | Credentials | undefined,
  readFile: ReadFile,
): Promise<Credentials | undefined> {
  if (typeof given === 'object') return given
  if (given?.trimStart().startsWith('{')) return parse(given, 'The text of the credentials')
  const text = await readFile(given).catch((cause: unknown) => {
    if (given === undefined) return undefined
    throw refusal(`The file of the credentials cannot be read: ${given}`, { cause })
  })
  return text === undefined ? undefined : parse(text, given ?? 'The file that gcloud left')
}

function parse(text: string, where: string): Credentials {
  const value = parseObject(text)
  const parsed = credentialsSchema.safeParse(value)
  if (parsed.success) return parsed.data
  const { type } = value ?? {}
  const isOther = typeof type === 'string' && !KNOWN.includes(type)
  throw refusal(
    isOther
      ? `${where} holds credentials of the type ${type}; known are ${KNOWN.join(' and ')}`
      : `${where} holds no credentials: ${parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join(', ')}`,
  )
}

const KNOWN: readonly string[] = ['service_account', 'authorized_user']
