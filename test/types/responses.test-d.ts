/**
 * Proves, when it is type-checked, that the schema of responses keeps up with OpenAI's own types: what it does not know
 * is listed here, and nothing else.
 *
 * @module
 */
import type OpenAI from 'openai'
import type { z } from 'zod'
import type { InputItem, InputPart } from '../../src/surfaces/responses/items.ts'
import type { ResponsesBody, ResponsesTool, responsesRequest } from '../../src/surfaces/responses/schema.ts'

type Params = OpenAI.Responses.ResponseCreateParams
type Item = OpenAI.Responses.ResponseInputItem
type Tool = OpenAI.Responses.Tool

type Keys<T> = T extends unknown ? keyof T : never
type Members<T> = Exclude<Keys<NonNullable<T>>, 'type'>

/** Members of theirs that are not among ours. What has no members at all was not found. */
type Beyond<Theirs, Ours> = [Members<Theirs>] extends [never]
  ? 'not found'
  : [Members<Ours>] extends [never]
    ? 'not found'
    : Exclude<Members<Theirs>, Members<Ours>>

type TheirItem<Type extends string> = Extract<Item, { type: Type }>
type OurItem<Type extends InputItem['type']> = Extract<InputItem, { type: Type }>
type OurPart<Type extends InputPart['type']> = Extract<InputPart, { type: Type }>
type Words<Type extends string> = Extract<
  Exclude<Extract<OurItem<'message'>, { role: 'assistant' }>['content'], string>[number],
  { type: Type }
>
type TheirTool<Type extends string> = Extract<Tool, { type: Type }>
type OurTool<Type extends ResponsesTool['type']> = Extract<ResponsesTool, { type: Type }>

type Format<Body extends Pick<Params, 'text'> | ResponsesBody> = Extract<
  NonNullable<NonNullable<Body['text']>['format']>,
  { type: 'json_schema' }
>

/** What OpenAI's types know and ours do not, for each thing that has members. A new member there is a type error below. */
interface Unknown {
  request: Exclude<Keys<Params>, keyof (typeof responsesRequest)['shape']>
  reasoning: Beyond<Params['reasoning'], ResponsesBody['reasoning']>
  text: Beyond<Params['text'], ResponsesBody['text']>
  format: Beyond<Format<Params>, Format<ResponsesBody>>
  streamOptions: Beyond<Params['stream_options'], ResponsesBody['stream_options']>
  cacheOptions: Beyond<Params['prompt_cache_options'], ResponsesBody['prompt_cache_options']>
  easyMessage: Beyond<OpenAI.Responses.EasyInputMessage, OurItem<'message'>>
  message: Beyond<OpenAI.Responses.ResponseInputItem.Message, OurItem<'message'>>
  said: Beyond<OpenAI.Responses.ParsedResponseOutputMessage<unknown>, OurItem<'message'>>
  words: Beyond<OpenAI.Responses.ParsedResponseOutputText<unknown>, Words<'output_text'>>
  refusal: Beyond<OpenAI.Responses.ResponseOutputRefusal, Words<'refusal'>>
  reasoningItem: Beyond<OpenAI.Responses.ResponseReasoningItem, OurItem<'reasoning'>>
  call: Beyond<OpenAI.Responses.ParsedResponseFunctionToolCall, OurItem<'function_call'>>
  output: Beyond<OpenAI.Responses.ResponseInputItem.FunctionCallOutput, OurItem<'function_call_output'>>
  customCall: Beyond<OpenAI.Responses.ResponseCustomToolCall, OurItem<'custom_tool_call'>>
  customOutput: Beyond<OpenAI.Responses.ResponseCustomToolCallOutput, OurItem<'custom_tool_call_output'>>
  picture: Beyond<TheirItem<'image_generation_call'>, OurItem<'image_generation_call'>>
  reference: Beyond<OpenAI.Responses.ResponseInputItem.ItemReference, OurItem<'item_reference'>>
  inputText: Beyond<OpenAI.Responses.ResponseInputText, OurPart<'input_text'>>
  inputImage: Beyond<OpenAI.Responses.ResponseInputImage, OurPart<'input_image'>>
  inputFile: Beyond<OpenAI.Responses.ResponseInputFile, OurPart<'input_file'>>
  inputAudio: Beyond<OpenAI.Responses.ResponseInputAudio, OurPart<'input_audio'>>
  functionTool: Beyond<TheirTool<'function'>, OurTool<'function'>>
  customTool: Beyond<TheirTool<'custom'>, OurTool<'custom'>>
  namespaceTool: Beyond<TheirTool<'namespace'>, OurTool<'namespace'>>
  searchTool: Beyond<
    OpenAI.Responses.WebSearchTool | OpenAI.Responses.WebSearchPreviewTool,
    Extract<ResponsesTool, { search_context_size?: unknown }>
  >
}

type Nothing = { [Name in keyof Unknown]: never }

export const covered = (unknown: Unknown): Nothing => unknown

/** Items that are refused, by name: their tools are OpenAI's own, or they change what came before. */
type Refused =
  | 'additional_tools'
  | 'apply_patch_call'
  | 'apply_patch_call_output'
  | 'code_interpreter_call'
  | 'compaction'
  | 'compaction_trigger'
  | 'computer_call'
  | 'computer_call_output'
  | 'configuration_update'
  | 'file_search_call'
  | 'local_shell_call'
  | 'local_shell_call_output'
  | 'mcp_approval_request'
  | 'mcp_approval_response'
  | 'mcp_call'
  | 'mcp_list_tools'
  | 'program'
  | 'program_output'
  | 'shell_call'
  | 'shell_call_output'
  | 'tool_search_call'
  | 'tool_search_output'

/** Every item is read or refused. */
export const items = (type: Exclude<NonNullable<Item['type']>, InputItem['type']>): Refused => type

/** Whatever OpenAI's types allow besides items and tools, the schema takes. */
export const accepted = (
  params: Plain<Omit<OpenAI.Responses.ResponseCreateParamsNonStreaming, 'input' | 'tools' | 'tool_choice'>>,
): Partial<z.input<typeof responsesRequest>> => params

/** Interfaces as plain object types: only those fit a loose object's index signature. */
type Plain<T> = T extends string
  ? T
  : T extends readonly (infer Member)[]
    ? Plain<Member>[]
    : T extends object
      ? { [Key in keyof T]: Plain<T[Key]> }
      : T
