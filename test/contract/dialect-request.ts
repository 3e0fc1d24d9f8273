/**
 * What providers that are like OpenAI accept: OpenAI's rules, with a provider's own differences.
 *
 * @module
 */
import { z } from 'zod'
import { chatRequest } from '../../adapters/openai/strict.ts'
import type { Schema } from '../../src/adapter.ts'
import type { JsonObject } from '../../src/canonical.ts'
import { isObject } from '../../src/wire/json.ts'

type Members = Readonly<Record<string, unknown>>

/** How what one provider accepts differs from what OpenAI accepts. */
export interface Differences {
  /** Members it refuses, or ignores. */
  readonly lacks?: readonly string[]
  /** Members OpenAI does not have, or has in another form. */
  readonly adds?: z.ZodRawShape
  /** Members of assistant messages that OpenAI does not have. */
  readonly says?: readonly string[]
  /** How addresses begin that OpenAI does not read. */
  readonly reads?: string
  /** Whether it reads a file at an address in place of its data. */
  readonly files?: boolean
  /** Whether anything may be marked to be cached. */
  readonly marks?: boolean
  /** Why else it refuses a request. */
  readonly refuses?: (body: Members, messages: readonly Members[]) => readonly (readonly [path: string, why: string])[]
}

/** OpenAI's later inventions, which hardly anybody else has. */
const INVENTIONS = [
  ...['audio', 'functions', 'function_call', 'max_completion_tokens', 'metadata', 'modalities', 'moderation'],
  ...['prediction', 'prompt_cache_key', 'prompt_cache_options', 'prompt_cache_retention', 'safety_identifier'],
  ...['service_tier', 'store', 'verbosity', 'web_search_options'],
]

/** What a provider accepts that knows OpenAI's API as it was when everybody copied it. */
export function compatible({ lacks = [], refuses, ...rest }: Differences = {}): Schema<unknown> {
  return like({
    ...rest,
    lacks: [...INVENTIONS.filter((name) => !(name in (rest.adds ?? {}))), ...lacks],
    refuses: (body, messages) => [...later(body, messages), ...(refuses?.(body, messages) ?? [])],
  })
}

/** What a provider accepts that differs from OpenAI in this. */
export function like({
  lacks = [],
  adds = {},
  says = [],
  reads,
  files = false,
  marks = false,
  refuses,
}: Differences): Schema<unknown> {
  const own = z.looseObject(Object.fromEntries(Object.entries(adds).map(([name, type]) => [name, z.optional(type)])))
  return {
    safeParse(value) {
      if (!isObject(value)) return { success: false, error: new z.ZodError([issue('', 'no object', value)]) }
      const messages = list(value['messages'])
      const told = { ...without(value, Object.keys(adds)), messages: messages.map((message) => without(message, says)) }
      const usual = rewritten(told, marks, files, reads)
      const issues = [
        ...lacks.filter((name) => value[name] !== undefined).map((name) => issue(name, 'is unknown', value[name])),
        ...(refuses?.(value, messages) ?? []).map(([path, why]) => issue(path, why, undefined)),
        ...(own.safeParse(value).error?.issues ?? []),
        ...(chatRequest.safeParse(usual).error?.issues ?? []),
      ]
      return issues.length === 0 ? { success: true, data: value } : { success: false, error: new z.ZodError(issues) }
    },
  }
}

/** A body that is in OpenAI's words already. */
export function same(body: JsonObject): JsonObject {
  return body
}

/** A body in OpenAI's newer words. */
export function older(body: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [name === 'max_tokens' ? 'max_completion_tokens' : name, value]),
  )
}

/** What is wrong with tools that claim to be strict. */
export function lax(tools: unknown): readonly (readonly [path: string, why: string])[] {
  // Schemas may say anything, and some clients write it there.
  const isStrict = (tool: unknown): boolean =>
    isObject(tool) && isObject(tool['function']) && tool['function']['strict'] !== undefined
  const strict = Array.isArray(tools) && tools.some(isStrict)
  return strict ? [['tools', 'cannot be strict']] : []
}

/** Whether a tool must be called. */
export function isForced(choice: unknown): boolean {
  return choice === 'required' || isObject(choice)
}

/** What came later than the API that was copied. */
function later({ tool_choice }: Members, messages: readonly Members[]): readonly (readonly [string, string])[] {
  return [
    ...(isObject(tool_choice) && tool_choice['type'] !== 'function'
      ? [['tool_choice', 'chooses in a way nobody else knows'] as const]
      : []),
    ...messages.flatMap((message, index): readonly (readonly [string, string])[] => [
      ...(message['role'] === 'developer' ? [[`messages.${index}`, 'is of a role nobody else knows'] as const] : []),
      ...(message['refusal'] != null ? [[`messages.${index}`, 'refuses'] as const] : []),
    ]),
  ]
}

/** A body without marks, and with addresses that OpenAI reads. */
function rewritten(body: Members, marks: boolean, files: boolean, reads: string | undefined): unknown {
  const text = JSON.stringify(body, (key, value: unknown) => {
    if (marks && key === 'cache_control') return undefined
    const isAddress = files && key === 'file_data' && typeof value === 'string' && value.startsWith('https://')
    return isAddress ? 'data:application/pdf;base64,JVBERg==' : value
  })
  return JSON.parse(reads === undefined ? text : text.replaceAll(`"url":"${reads}`, '"url":"https://'))
}

function issue(path: string, message: string, input: unknown): z.core.$ZodIssue {
  const steps = path === '' ? [] : path.split('.').map((step) => (/^\d+$/u.test(step) ? Number(step) : step))
  return { code: 'custom', path: steps, message, input }
}

function without(members: Members, names: readonly string[]): Members {
  return Object.fromEntries(Object.entries(members).filter(([name]) => !names.includes(name)))
}

function list(value: unknown): readonly Members[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}
