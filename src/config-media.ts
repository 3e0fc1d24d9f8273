/**
 * The setting that limits what is fetched by address.
 *
 * @module
 */
import { z } from 'zod'
import { isHost } from './hosts.ts'
import { MOST, MOST_BYTES } from './media.ts'

/** How fetching by address is limited, or that nothing is fetched. */
export const mediaLimits = z
  .union([
    z.literal(false),
    z.strictObject({
      hosts: z
        .array(z.string().refine(isHost, 'No host, such as example.com, *.example.com or example.com:8443'))
        .optional()
        .describe(
          'The only hosts to fetch from: `example.com` is that name alone, `*.example.com` all names below it, `example.com:8443` another port than 443. They must be public even so. Default: all that are, at port 443.',
        ),
      bytes: z
        .number()
        .int()
        .positive()
        .max(MOST_BYTES)
        .optional()
        .describe(`The most bytes of one file, up to ${MOST_BYTES}. Default 20971520.`),
      patience: z
        .number()
        .int()
        .positive()
        .optional()
        .describe('Milliseconds for one file, redirects and all. Default 10000.'),
    }),
  ])
  .optional()
  .describe(
    `Whether pictures and files are fetched by address for providers that take only bytes: over https, from public addresses, without a proxy, at most ${MOST} for one request and ${MOST_BYTES} bytes of them; or false.`,
  )
