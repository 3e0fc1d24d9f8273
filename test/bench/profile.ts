/**
 * Where the time goes: a profile of Dragoman under one kind of load, by function and by package.
 *
 * @module
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { dragoman, freePort } from './contestants.ts'
import { fixed, table } from './report.ts'
import { openRig } from './rig.ts'
import { type Protocol, type ScenarioName, scenario, unitsOf } from './scenarios.ts'

/** What to profile. */
export interface ProfileOptions {
  readonly name: ScenarioName
  readonly protocol: Protocol
  /** Whether to profile the sources, rather than what is built of them. */
  readonly sources: boolean
  readonly milliseconds: number
  /** How many functions to list. */
  readonly top: number
}

/** Profiles Dragoman and tells which functions took how long. What happens before the load is left out. */
export async function profile({ name, protocol, sources, milliseconds, top }: ProfileOptions): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'dragoman-profile-'))
  const rig = await openRig()
  try {
    const flags = ['--cpu-prof', '--cpu-prof-interval=200', `--cpu-prof-dir=${folder}`]
    const contestant = dragoman(folder, { flags, protocol, sources })
    const running = await contestant.start(rig.port, await freePort())
    const load = scenario(name)
    try {
      await rig.shape(load)
      const body = await rig.probe(running, load)
      await rig.measure(running, load, body.length, { milliseconds: milliseconds / 2 })
      const begun = clock()
      const told = await rig.measure(running, load, body.length, { milliseconds })
      const window = { begun, over: clock() }
      await running.stop()
      const units = told.requests * unitsOf(load)
      return render(samplesIn(readProfile(folder), window), { units, cost: told.cpu ?? 0, top })
    } finally {
      await running.stop()
    }
  } finally {
    await rig.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

const call = z.object({ functionName: z.string(), url: z.string(), lineNumber: z.number() })
const cpuProfile = z.object({
  nodes: z.array(z.object({ id: z.number(), callFrame: call, children: z.array(z.number()).optional() })),
  startTime: z.number(),
  samples: z.array(z.number()),
  timeDeltas: z.array(z.number()),
})

type Profile = z.infer<typeof cpuProfile>

function readProfile(folder: string): Profile {
  const file = readdirSync(folder).find((name) => name.endsWith('.cpuprofile'))
  if (file === undefined) throw new Error('Node left no profile.')
  return cpuProfile.parse(JSON.parse(readFileSync(join(folder, file), 'utf8')))
}

/** Microseconds on the clock that profiles are written by. */
function clock(): number {
  return Number(process.hrtime.bigint() / 1000n)
}

interface Spent {
  readonly place: string
  /** The file of ours, or the package, it is in. */
  readonly group: string
  /** The part of the whole it belongs to. */
  readonly area: string
  /** Microseconds in the function itself, and in it and all it calls. */
  self: number
  total: number
}

/** Time by function, between two moments. */
function samplesIn(
  { nodes, startTime, samples, timeDeltas }: Profile,
  window: { begun: number; over: number },
): Spent[] {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, placeOf(callFrame)]))
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)))
  const spent = new Map<string, Spent>()
  const at = (id: number): Spent | undefined => {
    const frame = frames.get(id)
    if (!frame) return undefined
    const known = spent.get(frame.place) ?? { ...frame, self: 0, total: 0 }
    spent.set(frame.place, known)
    return known
  }
  let now = startTime
  samples.forEach((id, index) => {
    const delta = timeDeltas[index] ?? 0
    now += delta
    if (now < window.begun || now > window.over) return
    const own = at(id)
    if (own) own.self += delta
    const met = new Set<Spent>()
    for (let node: number | undefined = id; node !== undefined; node = parents.get(node)) {
      const frame = at(node)
      // A function that calls itself is counted once.
      if (frame && !met.has(frame)) frame.total += delta
      if (frame) met.add(frame)
    }
  })
  return [...spent.values()].filter(({ place }) => !IDLE.test(place))
}

const IDLE = /^\((?:idle|root)\)/u

function placeOf({ functionName, url, lineNumber }: z.infer<typeof call>): Pick<Spent, 'place' | 'group' | 'area'> {
  const name = functionName || '(anonymous)'
  const path = url.replace(/^file:\/\//u, '')
  const [, packaged] = /node_modules\/((?:@[^/]+\/)?[^/]+)/u.exec(path) ?? []
  const own = /\/((?:src|adapters)\/.*)$/u.exec(path)?.[1]
  const short = packaged === undefined ? (own ?? path) : path.slice(path.indexOf('node_modules/') + 13)
  const inNode = path.startsWith('node:') ? path.split('/').slice(0, 3).join('/') : undefined
  const area = packaged ?? own?.slice(0, own.indexOf('/')) ?? (inNode ? 'node' : 'native code and garbage collection')
  return {
    place: path === '' ? name : `${name} ${short}:${lineNumber + 1}`,
    group: packaged ?? own ?? inNode ?? area,
    area,
  }
}

/** What a profile is held against: requests or events, what one of them cost by the system's count, and how much to list. */
interface Scale {
  readonly units: number
  readonly cost: number
  readonly top: number
}

/** A profile counts time on the clock, also while others had the processor. So it tells shares, and the system what they are shares of. */
function render(all: readonly Spent[], { units, cost, top }: Scale): string {
  const sum = all.reduce((sum, { self }) => sum + self, 0)
  const share = (time: number): readonly string[] => [fixed((time / sum) * cost), `${fixed((time / sum) * 100)} %`]
  const ranked = (by: 'self' | 'total'): string =>
    table(
      ['µs', 'share', by === 'self' ? 'in the function itself' : 'in the function and all it calls'],
      all
        .toSorted((one, other) => other[by] - one[by])
        .slice(0, top)
        .map((spent) => [...share(spent[by]), spent.place]),
    )
  const grouped = (by: 'area' | 'group'): string => {
    const sums = new Map<string, number>()
    for (const spent of all) sums.set(spent[by], (sums.get(spent[by]) ?? 0) + spent.self)
    const rows = [...sums].toSorted(([, one], [, other]) => other - one).slice(0, top)
    return table(
      ['µs', 'share', by],
      rows.map(([name, self]) => [...share(self), name]),
    )
  }
  return [
    `${fixed(cost)} µs of processor time for each request or event, ${units} of them, the profiler's own share included.`,
    grouped('area'),
    grouped('group'),
    ranked('self'),
    ranked('total'),
    '',
  ].join('\n\n')
}
