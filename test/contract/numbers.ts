/**
 * The edge cases the suite answers for: `T` for mistakes that users of other gateways met, the others for rules of
 * translating between OpenAI's chat API and one provider's. Fixtures say in `shows` which of them they show; what no
 * fixture can show, a row of `evidence.ts` leads to.
 *
 * @module
 */
import { ANTHROPIC } from './numbers/anthropic.ts'
import { GOOGLE } from './numbers/google.ts'
import { MISTAKES } from './numbers/mistakes.ts'
import { OTHERS } from './numbers/others.ts'

/** What each number is about. */
export const NUMBERS: Readonly<Record<string, string>> = { ...MISTAKES, ...ANTHROPIC, ...OTHERS, ...GOOGLE }

/** The points of a number: `T01a`, `T01b` … of `T01`. */
export function pointsOf(number: string): readonly string[] {
  return Object.keys(NUMBERS).filter((other) => other !== number && other.replace(/[a-z]$/u, '') === number)
}
