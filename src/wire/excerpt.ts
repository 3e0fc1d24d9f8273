/**
 * Judging a part of something by the schema of the whole.
 *
 * @module
 */
import { z } from 'zod'

/** Some members of what another schema judges, and no others. `complete` adds what that insists on. Parses to the whole. */
export function excerpt<T>(
  members: readonly string[],
  whole: z.ZodType<T>,
  complete: (part: Readonly<Record<string, unknown>>) => unknown = (part) => part,
): z.ZodType<T> {
  return z.looseObject({}).transform((part, context) => {
    const further = Object.keys(part).filter((name) => !members.includes(name))
    const judged = whole.safeParse(complete(part))
    if (further.length > 0) context.addIssue({ code: 'unrecognized_keys', keys: further })
    // Whatever its code, an issue that was told is a raw one again, once it has an input.
    for (const issue of judged.error?.issues ?? [])
      context.issues.push({ ...issue, input: part } as z.core.$ZodRawIssue)
    return judged.success ? judged.data : z.NEVER
  })
}
