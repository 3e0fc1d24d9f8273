/**
 * The configuration's JSON Schema, with which editors check and complete a file.
 *
 * @module
 */
import { z } from 'zod'
import { configSchema, environmentNames, type Registry } from './config.ts'
import { isObject } from './wire/json.ts'

/** A JSON Schema, or a part of one. */
export interface JsonSchema {
  readonly [keyword: string]: unknown
}

/** The JSON Schema of a configuration for the adapters of a registry. */
export function configJsonSchema(registry: Registry): JsonSchema {
  const whole = told(configSchema)
  const { providers, ...rest } = properties(whole)
  const common = isObject(providers) ? providers['additionalProperties'] : {}
  const known = Object.fromEntries(
    Object.entries(registry).map(([id, definition]) => {
      // What is required may come from the environment, so a file may leave it out.
      const { required: _, $schema: __, ...options } = told(definition.options)
      const own = Object.entries(properties(options)).map(([name, option]) => {
        const variables = environmentNames(id, definition, name)
        if (!isObject(option) || variables.length === 0) return [name, option]
        const from = `Also from ${variables.join(' or ')}.`
        const description = [option['description'], from].filter((text) => text !== undefined).join(' ')
        return [name, { ...option, description }]
      })
      const shared = isObject(common) ? properties({ ...common }) : {}
      return [id, { ...options, properties: { ...Object.fromEntries(own), ...shared } }]
    }),
  )
  return { ...whole, properties: { ...rest, providers: { ...(isObject(providers) && providers), properties: known } } }
}

function told(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: 'input' })
}

function properties(schema: JsonSchema): Readonly<Record<string, unknown>> {
  const { properties } = schema
  return isObject(properties) ? properties : {}
}
