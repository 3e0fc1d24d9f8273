/**
 * What is known of Cohere's models: data, one row for each family.
 *
 * The list of models tells their features and their context, but not the most they generate. Sources: the pages of the
 * models under https://docs.cohere.com/docs/models, and for pictures and thoughts of Command A+ recorded replies.
 *
 * @module
 */
import type { ModelFact } from '../../src/adapter.ts'

/** Neither thinks nor sees. */
const plain = { reasoning: false, images: false }

/** Sees, but does not think. */
const seeing = { reasoning: false }

/** The families. A model nobody has heard of is taken for a new one, which may do anything. */
export const facts: readonly ModelFact[] = [
  { match: 'command-a-plus', ids: ['command-a-plus-05-2026'] },
  {
    match: 'command-a-reasoning',
    context: 256_000,
    output: 32_000,
    supports: { images: false },
    ids: ['command-a-reasoning-08-2025'],
  },
  { match: 'command-a-vision', context: 128_000, output: 8000, supports: seeing, ids: ['command-a-vision-07-2025'] },
  { match: 'command-a-translate', supports: plain, ids: ['command-a-translate-08-2025'] },
  { match: 'command-a-03', context: 256_000, output: 8000, supports: plain, ids: ['command-a-03-2025'] },
  { match: 'command-r7b', context: 128_000, output: 4000, supports: plain, ids: ['command-r7b-12-2024'] },
  { match: 'command-r', context: 128_000, output: 4000, supports: plain, ids: ['command-r-08-2024'] },
  { match: 'command-r-plus', context: 128_000, output: 4000, supports: plain, ids: ['command-r-plus-08-2024'] },
  { match: 'aya-expanse', context: 128_000, output: 4000, supports: plain, ids: ['c4ai-aya-expanse-32b'] },
  { match: 'aya-vision', context: 16_000, output: 4000, supports: seeing, ids: ['c4ai-aya-vision-32b'] },
]
