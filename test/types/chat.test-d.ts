/**
 * Proves, when it is type-checked, that the schema of chat requests keeps up with OpenAI's own types.
 *
 * @module
 */
import type OpenAI from 'openai'
import type { z } from 'zod'
import type * as conversation from '../../src/surfaces/chat/conversation.ts'
import type * as schema from '../../src/surfaces/chat/schema.ts'

type Params = OpenAI.Chat.Completions.ChatCompletionCreateParams
type Message = OpenAI.Chat.Completions.ChatCompletionMessageParam
type Role<R extends Message['role']> = Extract<Message, { role: R }>
type Part = OpenAI.Chat.Completions.ChatCompletionContentPart
type PartOf<T extends Part['type']> = Extract<Part, { type: T }>
type Tool = OpenAI.Chat.Completions.ChatCompletionTool

type Keys<T> = T extends unknown ? keyof T : never
type Shape<T extends { shape: object }> = keyof T['shape']
type Messages = typeof conversation.messages

/** What OpenAI's types know and ours do not, for each thing that has members. A new member there is a type error below. */
interface Unknown {
  request: Exclude<Keys<Params>, Shape<typeof schema.chatRequest>>
  roles: Exclude<Message['role'], keyof Messages>
  system: Exclude<Keys<Role<'system'>>, Shape<Messages['system']>>
  developer: Exclude<Keys<Role<'developer'>>, Shape<Messages['developer']>>
  user: Exclude<Keys<Role<'user'>>, Shape<Messages['user']>>
  assistant: Exclude<Keys<Role<'assistant'>>, Shape<Messages['assistant']>>
  reply: Exclude<Keys<OpenAI.Chat.Completions.ChatCompletionMessage>, Shape<Messages['assistant']>>
  tool: Exclude<Keys<Role<'tool'>>, Shape<Messages['tool']>>
  function: Exclude<Keys<Role<'function'>>, Shape<Messages['function']>>
  text: Exclude<Keys<PartOf<'text'>>, Shape<typeof conversation.textPart>>
  image: Exclude<Keys<PartOf<'image_url'>>, Shape<typeof conversation.imagePart>>
  audio: Exclude<Keys<PartOf<'input_audio'>>, Shape<typeof conversation.audioPart>>
  file: Exclude<Keys<PartOf<'file'>>, Shape<typeof conversation.filePart>>
  refusal: Exclude<
    Keys<OpenAI.Chat.Completions.ChatCompletionContentPartRefusal>,
    Shape<typeof conversation.refusalPart>
  >
  functionTool: Exclude<Keys<Extract<Tool, { type: 'function' }>>, Shape<typeof schema.functionTool>>
  functionDefinition: Exclude<Keys<OpenAI.FunctionDefinition>, Shape<(typeof schema.functionTool)['shape']['function']>>
  customTool: Exclude<Keys<Extract<Tool, { type: 'custom' }>>, Shape<typeof schema.customTool>>
  legacyFunction: Exclude<Keys<NonNullable<Params['functions']>[number]>, Shape<typeof schema.legacyFunction>>
}

type Nothing = { [Name in keyof Unknown]: never }

export const covered = (unknown: Unknown): Nothing => unknown

/** Interfaces as plain object types: only those fit a loose object's index signature. */
type Plain<T> = T extends string
  ? T
  : T extends readonly (infer Item)[]
    ? Plain<Item>[]
    : T extends object
      ? { [Key in keyof T]: Plain<T[Key]> }
      : T

/** Whatever OpenAI's types allow, the schema takes; strict members of nested objects included. */
export const accepted = (params: Plain<Params>): z.input<typeof schema.chatRequest> => params

/** What a reply says can be posted again. */
export const replayed = (
  message: Plain<OpenAI.Chat.Completions.ChatCompletionMessage>,
): z.input<Messages['assistant']> => message

/** The paths of members, however deep, that one type knows and the other does not. Unions are compared as a whole. */
type Missing<Known, Ours, Path extends string = ''> = Known extends readonly (infer Item)[]
  ? Missing<Item, Items<Ours>, `${Path}[]`>
  : Known extends Scalar
    ? never
    : {
        [Key in Named<Known>]: Key extends Named<Ours>
          ? Missing<Member<Known, Key>, Member<Ours, Key>, `${Path}.${Key}`>
          : `${Path}.${Key}`
      }[Named<Known>]

type Scalar = string | number | boolean | null | undefined
type Items<T> = T extends readonly (infer Item)[] ? Item : never
type Objects<T> = T extends Scalar | readonly unknown[] ? never : T

/** The keys that are spelled out, over all members of a union. */
type Named<T> =
  Objects<T> extends infer One
    ? One extends unknown
      ? keyof { [Key in keyof One as string extends Key ? never : Key]: unknown } & string
      : never
    : never

type Member<T, Key extends string> =
  Objects<T> extends infer One ? (One extends { [Name in Key]?: unknown } ? One[Key] : never) : never

/** No member, at any depth, is unknown to the schema. */
export const deep = (path: Missing<Params, z.input<typeof schema.chatRequest>>): never => path
