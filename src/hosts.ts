/**
 * Lists of hosts: `example.com` is that name alone, `*.example.com` every name below it, and `example.com:8443` another
 * port than that of https.
 *
 * @module
 */

/** Whether a text is an entry of such a list. */
export function isHost(entry: string): boolean {
  return !/^\.|[\s/\\?#@%*]/u.test(bare(entry)) && URL.canParse(`https://${bare(entry)}`)
}

/** Whether an address is on one of the hosts of a list. */
export function isAmong({ hostname, port }: URL, hosts: readonly string[]): boolean {
  const name = whole(hostname)
  return hosts.some((entry) => {
    const listed = new URL(`https://${bare(entry)}`)
    const known = whole(listed.hostname)
    return port === listed.port && (entry === bare(entry) ? name === known : name.endsWith(`.${known}`))
  })
}

function bare(entry: string): string {
  return entry.replace(/^\*\./u, '')
}

/** A name without the dot that says it is whole. */
function whole(hostname: string): string {
  return hostname.replace(/\.$/u, '')
}
