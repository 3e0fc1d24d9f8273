/**
 * Native replies made up by fast-check, each in both of its forms.
 *
 * @module
 */
import { subjects } from '../contract/subjects.ts'
import { bedrockReplies } from './bedrock-replies.ts'
import { claudeReplies } from './claude-replies.ts'
import { cohereReplies } from './cohere-replies.ts'
import {
  deepseekReplies,
  groqReplies,
  openaiReplies,
  openrouterReplies,
  vllmReplies,
  xaiReplies,
} from './dialect-replies.ts'
import { geminiReplies } from './gemini-replies.ts'
import { mistralReplies } from './mistral-replies.ts'
import type { Mouth } from './mouth.ts'
import { ollamaReplies } from './ollama-replies.ts'

/** An adapter, a model of its provider, and whatever that may reply. */
export interface Correspondent extends Mouth {
  readonly name: string
  readonly adapter: (typeof subjects)[number]['adapter']
}

const mouths: Readonly<Record<string, readonly Mouth[]>> = {
  anthropic: [claudeReplies('claude-sonnet-4-5')],
  bedrock: [bedrockReplies],
  cohere: [cohereReplies],
  deepseek: [deepseekReplies],
  google: [geminiReplies('gemini-3-pro-preview')],
  groq: [groqReplies],
  mistral: [mistralReplies],
  ollama: [ollamaReplies],
  openai: [openaiReplies],
  openrouter: [openrouterReplies],
  vertex: [geminiReplies('gemini-3-flash-preview'), claudeReplies('claude-sonnet-4-5@20250929')],
  vllm: [vllmReplies],
  xai: [xaiReplies],
}

/** The adapters for which replies can be made up. Of the others the contract and the recordings are the proof. */
export const correspondents: readonly Correspondent[] = subjects.flatMap(({ adapter }) => {
  const all = mouths[adapter.name] ?? []
  return all.map((mouth) => ({
    name: all.length > 1 ? `${adapter.name}/${mouth.model}` : adapter.name,
    adapter,
    ...mouth,
  }))
})
