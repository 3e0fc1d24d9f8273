/**
 * Replaying recorded requests for responses: each is read by the gateway, asked of every adapter, and judged.
 *
 * @module
 */
import { codecFor } from '../../src/adapter.ts'
import type { ChatRequest, Failure } from '../../src/canonical.ts'
import { GatewayError } from '../../src/errors.ts'
import { type FetchMedia, type Media, resolveMedia } from '../../src/media.ts'
import { responses } from '../../src/surfaces/responses/index.ts'
import type { Asked } from '../../src/surfaces/surface.ts'
import { isMembers, list, members, type Members, text } from './reading.ts'
import type { Recording } from './recordings.ts'
import { missingFeature } from './refusals.ts'
import type { Fault } from './replies.ts'
import { blame, dig, encode, issues, keys, wasAccepted } from './requests.ts'
import { misunderstood } from './responses-history.ts'
import { historyOf, inputOf, sessionBefore } from './responses-reading.ts'
import type { Route } from './routes.ts'
import { broken, told, type Verdict } from './verdicts.ts'

/** Reads one request, and asks every adapter what it would send for it. */
export async function* replayAsked(
  recording: Recording,
  routes: readonly Route[],
  all: readonly Recording[],
): AsyncIterable<Verdict> {
  const { name, provider, request } = recording
  const subject = { name, provider, of: 'request' } as const
  const asked = request?.body
  if (!isMembers(asked)) {
    yield { ...subject, outcome: 'out of scope', reason: 'the request was recorded without its body', faults: [] }
    return
  }
  const understood = await read(recording, asked, all)
  if (typeof understood === 'string') yield { ...subject, outcome: 'refused', reason: understood, faults: [] }
  else yield told(subject, understood.faults)
  if (typeof understood === 'string' || !understood.asked) return
  for (const route of routes) yield await judge(recording, understood.asked, route)
}

interface Understood {
  readonly asked?: Asked
  readonly faults: readonly Fault[]
}

/** What the gateway makes of a request; or why it rightly makes nothing of it. */
async function read(recording: Recording, asked: Members, all: readonly Recording[]): Promise<Understood | string> {
  const session = sessionBefore(recording, all)
  const before = await historyOf(asked, session)
  const impossible = impossibleIn(asked, [...before, ...inputOf(asked)], before.length === 0)
  const warned: string[] = []
  try {
    const parsed = await responses.parse(asked, (param) => warned.push(param), session)
    const { request } = parsed
    const missed = impossible.map(({ param, says }) => fault('is refused', String(param), says, 'a request'))
    const { instructions } = asked
    // What the gateway kept was reported when it came.
    const items = before.length > 0 ? [] : inputOf(asked)
    const lost = misunderstood(
      items,
      request.messages,
      warned,
      instructions == null ? [] : [['system', 'says', instructions]],
    )
    const faults = before.length > 0 ? [] : lost.map((each) => ({ check: 'is understood as it was said', ...each }))
    return { asked: parsed, faults: [...missed, ...faults, ...lostTools(asked, request)] }
  } catch (error) {
    if (!(error instanceof GatewayError)) return { faults: broken(error) }
    const { failure } = error
    const known = impossible.find(({ param, code }) => param.test(failure.param ?? '') && code === failure.code)
    if (known) return known.says
    return wasAccepted(recording) ? { faults: [unexplained(failure)] } : 'refused by the provider as well'
  }
}

/** Something that only OpenAI can do. */
interface Impossible {
  readonly param: RegExp
  readonly code: string
  readonly says: string
}

/** What of a request nobody but OpenAI can do, by an independent reader. */
function impossibleIn(asked: Members, items: readonly Members[], isWhole: boolean): readonly Impossible[] {
  const { background, conversation, previous_response_id: previous, tools, prompt } = asked
  const rule = (param: RegExp, code: string, says: string): Impossible => ({ param, code, says })
  const hosted = list(tools)
    .map((tool) => text(members(tool)['type']))
    .filter((type) => !TOOLS.has(type))
  const strange = items.map(({ type }) => text(type) || 'message').filter((type) => !ITEMS.has(type))
  return [
    ...(background === true ? [rule(/^background$/u, UNSUPPORTED, 'a reply in the background')] : []),
    ...(conversation != null ? [rule(/^conversation$/u, UNSUPPORTED, 'a conversation that OpenAI keeps')] : []),
    ...(prompt != null ? [rule(/^prompt$/u, UNSUPPORTED, 'a prompt that OpenAI keeps')] : []),
    ...(previous != null && isWhole
      ? [rule(/^previous_response_id$/u, 'previous_response_not_found', 'a reply that was not recorded')]
      : []),
    ...hosted.map((type) => rule(/^tools\[\d+\]$/u, 'unsupported_tool', `a tool that OpenAI runs: ${type}`)),
    ...strange.map((type) =>
      rule(/^input\[\d+\]\.type$|^previous/u, 'unsupported_input_item', `an item of a tool that OpenAI runs: ${type}`),
    ),
  ]
}

const UNSUPPORTED = 'unsupported_parameter'
const TOOLS = new Set(['function', 'custom', 'namespace', 'web_search', 'web_search_preview'])
/** Types of items that do not belong to a tool which OpenAI runs. */
export const ITEMS: ReadonlySet<string> = new Set([
  'message',
  'reasoning',
  'function_call',
  'function_call_output',
  'custom_tool_call',
  'custom_tool_call_output',
  'image_generation_call',
  'web_search_call',
  'item_reference',
])

/** Tools that were asked for and are not offered, or otherwise than they were described. */
function lostTools(asked: Members, { tools = [], webSearch }: ChatRequest): readonly Fault[] {
  return list(asked['tools'])
    .map(members)
    .flatMap(({ type, name, description, parameters, strict }, index) => {
      const path = `tools[${index}]`
      if (text(type).startsWith('web_search')) {
        return webSearch ? [] : [fault('offers what was asked', path, 'a search of the web', 'none')]
      }
      const same = tools.find(
        (tool) =>
          tool.name === name &&
          tool.description === (description ?? undefined) &&
          tool.strict === (strict ?? undefined) &&
          JSON.stringify(tool.parameters) === JSON.stringify(parameters ?? undefined),
      )
      return same ? [] : [fault('offers what was asked', path, JSON.stringify(name), 'no such tool')]
    })
}

async function judge(recording: Recording, asked: Asked, route: Route): Promise<Verdict> {
  const { name, provider } = recording
  const subject = { name, provider, of: 'request', through: route.provider } as const
  const faults: Fault[] = []
  let refused: string | undefined
  const { locate = (text) => text } = asked
  const lost = (param: string): void => void faults.push(...misnamed(locate(param), recording))
  for (const model of route.models) {
    try {
      const sent = encode(await fetched({ ...asked.request, model }, route, model), route, model, lost)
      const found = issues(sent, route.request).filter(({ at: [member] }) => !isExtension(member, recording))
      faults.push(...found.map((issue) => blame('is what the provider takes', sent, issue)))
    } catch (error) {
      if (!(error instanceof GatewayError)) faults.push(...broken(error))
      else {
        const { failure } = error
        faults.push(...misnamed(locate(failure.param ?? ''), recording))
        const missing = failure.status === 400 ? missingFeature(route.provider, failure) : undefined
        if (missing !== undefined || !wasAccepted(recording)) refused = missing ?? 'refused by the provider as well'
        else faults.push(unexplained(failure))
      }
    }
  }
  if (faults.length > 0 || refused === undefined) return told(subject, faults)
  return { ...subject, outcome: 'refused', reason: refused, faults }
}

/** A request whose addresses were fetched, for providers that do not read them. */
async function fetched(request: ChatRequest, { adapter, provider }: Route, model: string): Promise<ChatRequest> {
  const codec = codecFor(adapter, model)
  if (!codec) throw new TypeError(`${provider} has no chat.`)
  const fetchMedia: FetchMedia = async ({ pathname }) => MEDIA[pathname.slice(pathname.lastIndexOf('.'))] ?? PICTURE
  return resolveMedia(request, codec, fetchMedia, new AbortController().signal)
}

const PICTURE = { data: 'iVBORw0KGgo=', mime: 'image/png' }
const MEDIA: Readonly<Record<string, Media>> = { '.pdf': { data: 'JVBERi0xLjQK', mime: 'application/pdf' } }

/** A refusal, or a warning, names something that the client sent: by its path, or by its name what is in many places. */
function misnamed(param: string, { request }: Recording): readonly Fault[] {
  const path = keys(param)
  if (UNSENT.has(param) || dig(request?.body, path) !== undefined) return []
  if (path.length === 1 && JSON.stringify(request?.body).includes(`"${param}":`)) return []
  return [fault('names what the client sent', param, 'something in the request', 'nothing there')]
}

/** What can be named without having been sent: a form that a chosen tool gives, tools that calls tell of, a summary not wished for. */
const UNSENT: ReadonlySet<string> = new Set(['tool_choice', 'tools', 'reasoning.summary'])

/** A member that some other provider has, which travels as the client words it. */
function isExtension(member: PropertyKey | undefined, { provider, request }: Recording): boolean {
  return provider !== 'openai' && typeof member === 'string' && member in members(request?.body)
}

function unexplained({ param, code, message }: Failure): Fault {
  return fault('is sent, or refused for a reason', param ?? '', 'a request', `${String(code)}: ${message}`)
}

function fault(check: string, path: string, expected: string, actual: string): Fault {
  return { check, path, expected, actual }
}
