/**
 * Who plays what.
 *
 * @module
 */
import { agentsChat, agentsItems, agentsPrevious } from './agents.ts'
import { aiSdkChat, aiSdkReferences, aiSdkStateless } from './ai-sdk.ts'
import type { Client } from './client.ts'
import { langchainChat, langchainItems, langchainStateless } from './langchain.ts'
import { openaiItems, openaiPrevious, openaiStateless } from './openai-responses.ts'
import { openaiChat } from './openai.ts'
import { type Scenario, SCENARIOS } from './scenarios.ts'
import type { Model } from './stage.ts'

/** Every client in each of its modes. */
export const CLIENTS: readonly Client[] = [
  openaiChat,
  agentsChat,
  langchainChat,
  aiSdkChat,
  openaiPrevious,
  openaiItems,
  openaiStateless,
  agentsPrevious,
  agentsItems,
  langchainItems,
  langchainStateless,
  aiSdkReferences,
  aiSdkStateless,
]

/** The scenarios that a client plays with a model: all but those that either has no means for. */
export function programme(client: Client, model: Model): readonly (readonly [name: string, scenario: Scenario])[] {
  return [...SCENARIOS].filter(([name]) => !(name in client.lacks) && !(name in model.lacks))
}
