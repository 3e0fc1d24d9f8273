/**
 * The benchmarks: `npm run bench`, see README.md beside this file.
 *
 * @module
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir, loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { bun, isBun } from './bun.ts'
import { contest, type Effort, type Standing, warmUp } from './contest.ts'
import { type Contestant, direct, dragoman, external, freePort, passThrough, speaking } from './contestants.ts'
import { CROWDS, live, PROBED, soak } from './lives.ts'
import { micro } from './micro.ts'
import { hasNginx, nginx } from './nginx.ts'
import { installPortkey, portkey } from './portkey.ts'
import { pinned } from './process.ts'
import { profile } from './profile.ts'
import { beyond, changes, report } from './report.ts'
import { keep, recall, type Results } from './results.ts'
import { openRig, type Rig, type Running } from './rig.ts'
import { isScenario, PROTOCOLS, type Scenario, scenario, SCENARIOS, type ScenarioName } from './scenarios.ts'

const USAGE = `Usage: npm run bench -- [options]             measure Dragoman against others
       npm run bench -- micro                 measure each adapter by itself
       npm run bench -- profile SCENARIO      show where Dragoman spends its time

Options:
  --quick                     90 seconds in place of 10 minutes
  --only SCENARIO             one kind of load only; may be given several times
  --sources                   measure the sources, unbuilt, as well; profile: only those
  --bun PATH                  measure Dragoman on Bun, which is not on the path
  --portkey                   measure Portkey as well, installed into a temporary folder
  --gateway NAME=URL          measure another gateway as well, running on this machine
  --header 'NAME=KEY: VALUE'  a header that gateway wants
  --model NAME=MODEL          the model that gateway is asked for
  --upstream-port PORT        where that gateway finds the mock upstream
  --soak COUNT                requests of the soak; 0 for none
  --guard FACTOR              end with 1 where Dragoman costs more than FACTOR times what is wanted of it
  --json FILE                 keep the results
  --compare FILE              show what changed since results were kept
  --provider NAME             profile: whose protocol to speak: ${PROTOCOLS.join(', ')}
  --top COUNT                 profile: how many functions to list

Scenarios: ${Object.keys(SCENARIOS).join(', ')}
`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    sources: { type: 'boolean', default: false },
    bun: { type: 'string', default: 'bun' },
    portkey: { type: 'boolean', default: false },
    gateway: { type: 'string', multiple: true, default: [] },
    header: { type: 'string', multiple: true, default: [] },
    model: { type: 'string', multiple: true, default: [] },
    'upstream-port': { type: 'string', default: '0' },
    soak: { type: 'string' },
    guard: { type: 'string' },
    json: { type: 'string' },
    compare: { type: 'string' },
    provider: { type: 'string', default: 'anthropic' },
    top: { type: 'string', default: '40' },
    help: { type: 'boolean', default: false },
  },
})

const [command = 'compare', name = ''] = positionals
const protocol = PROTOCOLS.find((one) => one === values.provider)
const { quick, sources } = values
if (values.help) print(USAGE)
else if (command === 'micro')
  print(micro(quick ? { rounds: 7, warm: 100, milliseconds: 2 } : { rounds: 21, warm: 400, milliseconds: 5 }))
else if (command === 'profile' && isScenario(name) && protocol)
  print(await profile({ name, protocol, sources, milliseconds: quick ? 3000 : 10_000, top: Number(values.top) }))
else if (command === 'compare' && values.only.every(isScenario)) await run()
else complain()

async function run(): Promise<void> {
  const before = values.compare === undefined ? undefined : recall(values.compare)
  const folder = mkdtempSync(join(tmpdir(), 'dragoman-bench-'))
  try {
    const found = await measure(folder)
    print(report(found))
    if (before) print(changes(before, found))
    if (values.json !== undefined) keep(values.json, found)
    const excesses = values.guard === undefined ? [] : beyond(found, Number(values.guard))
    for (const excess of excesses) print(excess)
    if (excesses.length > 0 || found.figures.some(({ failed }) => failed > 0)) process.exitCode = 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** All measurements of a run, one after the other. */
async function measure(folder: string): Promise<Results> {
  const started = performance.now()
  const load = loadavg()[0] ?? 0
  const budget = (seconds: number): number => started + seconds * 1000
  const rig = await openRig(Number(values['upstream-port']))
  const { contestants, missing } = gather(folder)
  const chosen = (Object.keys(SCENARIOS) as ScenarioName[]).filter(isWanted)
  const rounds = quick ? 3 : 5
  const stretch = quick ? { rounds, milliseconds: 300, warm: 300 } : { rounds, milliseconds: 1500, warm: 3000 }
  try {
    const standing = await standings(rig, contestants, chosen, {
      rivals: { ...stretch, until: budget(quick ? 38 : 290) },
      protocols: { ...stretch, until: budget(quick ? 44 : 390) },
    })
    const lives = values.only.length > 0 ? [] : await lifetimes(rig, contestants)
    const requests = Number(values.soak ?? (values.only.length > 0 ? 0 : quick ? 5000 : 100_000))
    const left = Math.max(budget(quick ? 80 : 590) - performance.now(), 2000)
    return {
      date: new Date().toISOString(),
      node: process.version,
      quick,
      pinned,
      rounds,
      load,
      figures: [...standing.figures],
      lives,
      ...(requests > 0 && {
        soak: await soak(rig, dragoman(folder, { flags: PROBED }), { requests, milliseconds: left }),
      }),
      missing: [...missing, ...standing.missing],
    }
  } finally {
    await rig.close()
  }
}

/** Whether a kind of load is to be measured. */
function isWanted(name: string): boolean {
  return values.only.length === 0 || values.only.includes(name)
}

/** Those who can be started here. */
function gather(folder: string): { readonly contestants: readonly Contestant[]; readonly missing: readonly string[] } {
  const contestants = [dragoman(folder), passThrough]
  const missing: string[] = []
  if (sources) contestants.push(dragoman(folder, { sources }))
  if (hasNginx()) contestants.push(nginx(folder))
  else missing.push('nginx: it is not installed.')
  if (isBun(values.bun)) contestants.push(bun(folder, values.bun))
  else missing.push('Dragoman on Bun: it is not installed.')
  if (values.portkey) {
    installPortkey()
    contestants.push(portkey)
  }
  return { contestants, missing }
}

/** Gateways that run already, as the command line describes them. */
function outside(): readonly Running[] {
  return values.gateway.map((given) => {
    const [name, url] = cut(given, '=')
    const own = (list: readonly string[]): readonly string[] =>
      list.map((one) => cut(one, '=')).flatMap(([whose, what]) => (whose === name ? [what] : []))
    return external(name, new URL(url), {
      model: own(values.model)[0],
      headers: Object.fromEntries(own(values.header).map((header) => cut(header, ':').map((part) => part.trim()))),
    })
  })
}

/** Everyone under every kind of load, and Dragoman in every protocol. */
async function standings(
  rig: Rig,
  contestants: readonly Contestant[],
  names: readonly ScenarioName[],
  efforts: { readonly rivals: Effort; readonly protocols: Effort },
): Promise<Standing> {
  const running: Running[] = []
  const found: Standing[] = []
  try {
    for (const contestant of contestants) {
      const started = await contestant.start(rig.port, await freePort())
      running.push(started)
      await warmUp(rig, started, quick ? 2000 : 5000)
    }
    const [own] = running
    for (const [index, name] of names.entries()) {
      const load = scenario(name)
      const others = name === 'first' ? [direct(rig.port)] : []
      const share = shareOf(efforts.rivals, names.length - index)
      found.push(await contest(rig, [...running, ...outside(), ...others], load, share))
    }
    const loads = names.map(scenario).filter(isForProtocols)
    for (const [index, load] of loads.entries()) {
      const speakers = own ? PROTOCOLS.map((protocol) => speaking(own, protocol)) : []
      found.push(await contest(rig, speakers, load, shareOf(efforts.protocols, loads.length - index)))
    }
  } finally {
    await Promise.all(running.map((one) => one.stop()))
  }
  return { figures: found.flatMap(({ figures }) => figures), missing: found.flatMap(({ missing }) => missing) }
}

/** The same effort, with what is left of the time shared among as many as are to come. */
function shareOf(effort: Effort, parts: number): Effort {
  const now = performance.now()
  return { ...effort, until: now + (effort.until - now) / parts }
}

function isForProtocols({ name }: Scenario): boolean {
  return name === 'json-1k' || name === 'burst-1000' || (!quick && (name === 'json-100k' || name === 'paced'))
}

async function lifetimes(rig: Rig, contestants: readonly Contestant[]): Promise<Results['lives']> {
  const lives: Results['lives'] = []
  const plan = quick ? { starts: 1, crowds: CROWDS.slice(0, 1), held: 2500 } : { starts: 3, crowds: CROWDS, held: 5000 }
  for (const contestant of contestants) lives.push(await live(rig, contestant, plan))
  return lives
}

function cut(text: string, at: string): readonly [string, string] {
  const index = text.indexOf(at)
  return index < 0 ? [text, ''] : [text.slice(0, index), text.slice(index + 1)]
}

function print(text: string): void {
  process.stdout.write(`${text.replace(/\n$/u, '')}\n`)
}

function complain(): void {
  process.stderr.write(USAGE)
  process.exitCode = 2
}
