/**
 * One request for a reply on its way, and who is to answer it.
 *
 * @module
 */
import type { ChatRequest } from './canonical.ts'
import type { Commons, Incoming } from './converse.ts'
import { badRequest } from './errors.ts'
import { factsOf } from './request-facts.ts'
import type { Plan } from './routes.ts'
import type { Asked, Surface } from './surfaces/surface.ts'
import type { Trip } from './trip.ts'
import { isObject } from './wire/json.ts'

/** One request for a reply, on its way. */
export interface Errand {
  readonly incoming: Incoming
  readonly trip: Trip
  readonly surface: Surface
  readonly commons: Commons
  /** The body as it came. */
  readonly body: unknown
  /** The body as it was understood. Read once, and only where somebody has to understand it. */
  readonly asked: () => Asked | Promise<Asked>
}

/** Takes a request on its way. */
export function errandOf(body: unknown, incoming: Incoming, trip: Trip, surface: Surface, commons: Commons): Errand {
  let understood: Promise<Asked> | Asked | undefined
  const parse = (): Promise<Asked> | Asked =>
    surface.parse(body, trip.warnings.warn, { ...commons.session, owner: trip.client.owner })
  const asked = (): Promise<Asked> | Asked => (understood ??= parse())
  return { incoming, trip, surface, commons, body, asked }
}

/** Who is to answer. A request for one model that serves the surface itself need not be understood for that. */
export function planOf(errand: Errand): Plan | Promise<Plan> {
  const { body, surface, commons } = errand
  const { dispatcher } = commons
  const named = surface.endpoint !== undefined && isObject(body) ? body['model'] : undefined
  const others = modelsOf(body)
  const isPlain = typeof named === 'string' && others.length === 0 && dispatcher.isPlain(named)
  if (isPlain) return planFor({ ...NO_REQUEST, model: named }, others, errand)
  const asked = errand.asked()
  return asked instanceof Promise
    ? asked.then(({ request }) => planFor(request, others, errand))
    : planFor(asked.request, others, errand)
}

function planFor(
  request: ChatRequest,
  others: readonly string[],
  { incoming, trip, commons: { dispatcher } }: Errand,
): Plan | Promise<Plan> {
  const plan = dispatcher.plan(request.model, others, () => factsOf(request, (name) => incoming.header(name)))
  const note = (plan: Plan): Plan => {
    trip.route = plan.why
    return plan
  }
  return plan instanceof Promise ? plan.then(note) : note(plan)
}

const NO_REQUEST: ChatRequest = { model: '', messages: [], stream: false }

const NO_OTHERS: readonly string[] = []

/** Models that may answer in place of the first, as OpenRouter's clients name them. */
function modelsOf(body: unknown): readonly string[] {
  const models = isObject(body) ? body['models'] : undefined
  if (models === undefined || models === null) return NO_OTHERS
  if (Array.isArray(models) && models.every((model) => typeof model === 'string')) return models
  throw badRequest("Invalid type for 'models': expected an array of strings.", 'models', 'invalid_type')
}
