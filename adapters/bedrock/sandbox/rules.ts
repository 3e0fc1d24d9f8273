/**
 * What the emulated models refuse, in the words of the real ones where they are known.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html
 * @module
 */
import { sha256 } from '../../../src/wire/digest.ts'
import type { BedrockFact } from '../models.ts'
import { type Asked, type AskedBlock, thinks } from './request.ts'

/** Everything about a well-formed request that the model refuses. */
export function* refusals(request: Asked, model: string, fact: BedrockFact): Iterable<string> {
  yield* sampling(request, fact)
  yield* thinking(request, fact)
  yield* tools(request, fact)
  yield* conversation(request, fact)
  for (const { content } of request.messages) {
    for (const block of content) yield* refused(block, model, fact)
  }
  const { maxTokens = 0 } = request.inferenceConfig
  if (fact.output !== undefined && maxTokens > fact.output) {
    yield `The maximum tokens you requested exceeds the model limit of ${fact.output}. Try again with a maximum tokens value that is lower than ${fact.output}.`
  }
}

function* sampling({ inferenceConfig: { temperature, topP } }: Asked, { claude }: BedrockFact): Iterable<string> {
  if (!claude) return
  if (temperature !== undefined && topP !== undefined)
    yield `${RETURNED}\`temperature\` and \`top_p\` cannot both be specified for this model. Please use only one.`
  if (claude.supports?.temperature === false && (temperature !== undefined || topP !== undefined))
    yield `${RETURNED}\`temperature\` is deprecated for this model.`
}

const RETURNED = 'The model returned the following errors: '

/** Members of `additionalModelRequestFields` that each family knows. */
const FIELDS: Readonly<Record<BedrockFact['thinking'], readonly string[]>> = {
  claude: ['thinking', 'output_config', 'top_k', 'anthropic_beta'],
  reasoning_effort: ['reasoning_effort'],
  reasoning_config: ['reasoning_config'],
  reasoningConfig: ['reasoningConfig', 'inferenceConfig'],
  untold: ['inferenceConfig'],
}

function* thinking(request: Asked, fact: BedrockFact): Iterable<string> {
  const { additionalModelRequestFields: fields, toolConfig, inferenceConfig } = request
  const strange = Object.keys(fields).find((name) => !FIELDS[fact.thinking].includes(name))
  if (strange !== undefined)
    yield `Malformed input request: #: extraneous key [${strange}] is not permitted, please reformat your input and try again.`
  const { thinking: asked } = fields
  const known: readonly string[] = fact.claude?.thinking ?? []
  if (asked && asked.type !== 'disabled' && !known.includes(asked.type))
    yield `${RETURNED}"thinking.type.${asked.type}" is not supported for this model.`
  const { any, tool } = toolConfig.toolChoice ?? {}
  if (fact.claude && thinks(request) && (any || tool))
    yield `${RETURNED}Thinking may not be enabled when tool_choice forces tool use.`
  if (fact.claude && thinks(request) && inferenceConfig.temperature !== undefined && inferenceConfig.temperature !== 1)
    yield `${RETURNED}\`temperature\` may only be set to 1 when thinking is enabled.`
}

function* tools({ toolConfig: { tools: offered, toolChoice } }: Asked, fact: BedrockFact): Iterable<string> {
  const [choice] = Object.entries(toolChoice ?? {}).flatMap(([name, value]) => (value ? [name] : []))
  if (choice !== undefined && !fact.choosesTools) {
    const field = `toolConfig.toolChoice.${choice}`
    yield `This model doesn't support the ${field} field. Remove ${field} and try again.`
  }
  if (offered.length > 0 && fact.supports?.tools === false) yield "This model doesn't support tool use."
  if (offered.some(({ cachePoint }) => cachePoint) && fact.caches !== 'everywhere') yield UNCACHED
}

const UNCACHED = 'You invoked an unsupported model or your request did not allow prompt caching.'

function* conversation({ messages }: Asked, { leads, besideResults, claude }: BedrockFact): Iterable<string> {
  if (messages[0]?.role === 'assistant' && !leads) {
    yield 'A conversation must start with a user message. Try again with a conversation that starts with a user message.'
  }
  if (messages.at(-1)?.role === 'assistant' && claude?.prefill === false)
    yield `${RETURNED}This model does not support assistant message prefill. The conversation must end with a user message.`
  for (const [index, { content }] of messages.entries()) {
    const answers = content.some(({ toolResult }) => toolResult)
    const others = content.filter(({ toolResult, cachePoint }) => !toolResult && !cachePoint)
    const isCrowded =
      besideResults === 'nothing' ? others.length > 0 : others.some(({ document, video }) => document || video)
    if (answers && isCrowded && besideResults !== 'anything')
      yield `Malformed input request: #/messages/${index}/content/0: extraneous key [toolResult] is not permitted, please reformat your input and try again.`
  }
}

function* refused(block: AskedBlock, model: string, fact: BedrockFact): Iterable<string> {
  const { image, document, video, audio, cachePoint, reasoningContent } = block
  if (image && fact.supports?.images === false)
    yield "This model doesn't support the image content block. Remove image and try again."
  if (document && fact.supports?.files === false) yield "This model doesn't support documents."
  if (video && fact.claude)
    yield "This model doesn't support the video content block that you provided. Remove video and try again."
  if (audio && !fact.supports?.audioInput) yield "This model doesn't support the audio content block that you provided."
  if (fact.claude && (image ?? document)?.source.s3Location)
    yield "This model doesn't support the s3Uri field. Remove s3Uri and try again."
  if (cachePoint && fact.caches === 'nowhere') yield UNCACHED
  const { text, signature } = reasoningContent?.reasoningText ?? {}
  if (text !== undefined && signature !== sign(model, text))
    yield `${RETURNED}Invalid \`signature\` in \`thinking\` block`
}

/** Signs a thought. A model has the same proof in every geography. */
export function sign(model: string, thought: string): string {
  return btoa(`sandbox/${sha256(model.replace(/^\w+\.(?=\w+\.)/u, '') + thought)}`)
}
