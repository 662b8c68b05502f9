import { BlockList, isIP, isIPv4 } from 'node:net';

/** Ranges of IPv4 that are nobody's on the Internet, or lead back inside (IANA Special-Purpose Address Registry). */
const refusedV4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];

/**
 * Of IPv6 only global unicast (2000::/3) is taken, without the parts of it that wrap an IPv4 address (6to4, Teredo) or
 * are set aside. Loopback, unique local, link-local, mapped IPv4 and NAT64 lie outside.
 */
const refusedV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20'];

const internal = new BlockList();
for (const range of refusedV4) add(range, 'ipv4');
for (const range of refusedV6) add(range, 'ipv6');
const globalUnicast = new BlockList();
globalUnicast.addSubnet('2000::', 3, 'ipv6');
const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Whether an address is not one of the open Internet. Anything that is no address counts as internal. */
export function isInternal(address: string): boolean {
  if (isIP(address) === 0) return true;
  if (isIPv4(address)) return internal.check(address, 'ipv4');
  return !globalUnicast.check(address, 'ipv6') || internal.check(address, 'ipv6');
}

/** Whether an address is this machine's own. */
export function isLoopback(address: string): boolean {
  return isIP(address) !== 0 && loopback.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
}

function add(range: string, family: 'ipv4' | 'ipv6'): void {
  const [address, bits] = range.split('/') as [string, string];
  internal.addSubnet(address, Number(bits), family);
}
