/**
 * What is anybody's on the internet, and what is this machine's or this network's own. For Node.
 *
 * @module
 */
import { BlockList, isIP } from 'node:net'

/** Whether an address can be anybody's on the internet. */
export function isPublic(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !own.check(address, 'ipv4')
    case 6:
      // A zone makes sense on links of this machine only.
      return !address.includes('%') && assigned.check(address, 'ipv6') && !special.check(address, 'ipv6')
    default:
      return false
  }
}

/** Whether a name can be anybody's on the internet. What it leads to is another question. */
export function isPublicName(name: string): boolean {
  const labels = name.toLowerCase().replace(/\.$/u, '').split('.')
  return labels.length > 1 && !OWN_NAMES.has(labels.at(-1) ?? '') && labels.slice(-2).join('.') !== 'home.arpa'
}

// https://www.iana.org/assignments/special-use-domain-names, and those that are used without being assigned to anyone:
// https://www.rfc-editor.org/rfc/rfc6762#appendix-G
const OWN_NAMES: ReadonlySet<string> = new Set([
  ...['localhost', 'local', 'localdomain', 'internal', 'intranet', 'private', 'corp', 'home', 'lan'],
])

// https://www.iana.org/assignments/iana-ipv4-special-registry
const own = ranges('ipv4', [
  '0.0.0.0/8',
  '10.0.0.0/8',
  // Between a provider and its customers; some clouds keep their metadata here.
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
  // The platform of Azure, as its virtual machines see it: https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
  '168.63.129.16/32',
])

// All that was ever assigned to the internet: https://www.iana.org/assignments/ipv6-address-space
const assigned = ranges('ipv6', ['2000::/3'])

// Of these: what documents use, and what holds an address of IPv4 that a relay would reach.
// https://www.iana.org/assignments/iana-ipv6-special-registry
const special = ranges('ipv6', ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'])

// Families are kept apart: in one list, a range of mapped addresses would hold all of IPv4.
function ranges(family: 'ipv4' | 'ipv6', blocks: readonly string[]): BlockList {
  const list = new BlockList()
  for (const block of blocks) {
    const [network = '', prefix] = block.split('/')
    list.addSubnet(network, Number(prefix), family)
  }
  return list
}
