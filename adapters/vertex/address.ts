/**
 * Where Vertex AI is, and under which path it serves a model.
 *
 * @see https://cloud.google.com/vertex-ai/generative-ai/docs/learn/locations
 * @module
 */
import { badRequest } from '../../src/errors.ts'

/** Where calls go: a project and a location of it, or, without a project, what a key of express mode may reach. */
export interface Place {
  readonly project?: string | undefined
  readonly location: string
}

/** Locations that stand for several regions, as `@google/genai` lists them. */
const MULTI_REGIONS: ReadonlySet<string> = new Set(['us', 'eu'])

/** The origin that serves a place. */
export function originOf({ project, location }: Place): string {
  if (project === undefined || location === 'global') return 'https://aiplatform.googleapis.com'
  return MULTI_REGIONS.has(location)
    ? `https://aiplatform.${location}.rep.googleapis.com`
    : `https://${location}-aiplatform.googleapis.com`
}

/** What a model is asked to do. */
export type Method =
  | 'generateContent'
  | 'streamGenerateContent'
  | 'rawPredict'
  | 'streamRawPredict'
  | 'predict'
  | 'embedContent'
  | 'countTokens'

/**
 * The path of a method of a model. A name without a publisher is one of `publisher`'s; tuned models are endpoints of the
 * project. A full resource name stays what it is.
 */
export function methodPath(version: string, place: Place, publisher: string, model: string, method: Method): string {
  const segments = model.split('/')
  if (segments.some((segment) => !isName(segment)))
    throw badRequest(`"${model}" is no name of a model.`, 'model', 'invalid_value')
  const path = resource(segments, place, publisher).map((segment) =>
    encodeURIComponent(segment).replace(PLAIN, decodeURIComponent),
  )
  return `/${version}/${path.join('/')}:${method}`
}

/** Whether a segment of a name can lead nowhere else. `@google/genai` refuses the same. */
function isName(segment: string): boolean {
  return segment !== '' && segment !== '.' && !/\.\.|[?&]/u.test(segment)
}

/** The signs that set off versions need no encoding. */
const PLAIN = /%(?:40|3A)/gu

function resource(segments: readonly string[], { project, location }: Place, publisher: string): readonly string[] {
  const [first = '', second = '', ...rest] = segments
  if (first === 'projects') return segments
  const base = project === undefined ? [] : ['projects', project, 'locations', location]
  if (first === 'publishers' || first === 'endpoints') return [...base, ...segments]
  if (first === 'models') return [...base, 'publishers', publisher, ...segments]
  return second === ''
    ? [...base, 'publishers', publisher, 'models', first]
    : [...base, 'publishers', first, 'models', second, ...rest]
}
