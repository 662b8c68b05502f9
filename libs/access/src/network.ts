import { isIPv6 } from 'node:net';

/**
 * Who stands behind a network address, as far as an address can tell: IPv4 as it is (also inside IPv6, RFC 4291, section
 * 2.5.5.2), of IPv6 the first 64 bits, since every subscriber gets at least so many to choose the rest from (RFC 6177).
 * Text that is no address is given back as it is.
 */
export function networkOf(address: string): string {
  const plain = address.split('%', 1)[0]!;
  if (!isIPv6(plain)) return address;
  // The URL parser writes every form of one address the same way: lower case, no zeros in front, IPv4 as two groups.
  const written = new URL(`http://[${plain}]`).hostname.slice(1, -1);
  const [front = '', back] = written.split('::');
  const before = front ? front.split(':') : [];
  const after = back ? back.split(':') : [];
  const zeros = back === undefined ? 0 : 8 - before.length - after.length;
  const groups = [...before, ...Array<string>(zeros).fill('0'), ...after];
  if (groups.slice(0, 6).join(':') === '0:0:0:0:0:ffff') {
    const [high = 0, low = 0] = groups.slice(6).map((group) => Number.parseInt(group, 16));
    return [high >> 8, high & 255, low >> 8, low & 255].join('.');
  }
  return `${groups.slice(0, 4).join(':')}::/64`;
}
