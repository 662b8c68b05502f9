import { isIP } from 'node:net';
import { isInternal, isLoopback } from './internal-addresses.js';

/** Why an address cannot be an endpoint's. */
export type UrlFault = 'unreadable' | 'https' | 'credentials' | 'internal';

/**
 * Reads the address of an endpoint: https, nothing internal, no name and password in it. With `loopback` (outside
 * production) plain http to this machine will do. What a name leads to is looked at again at each sending.
 */
export function readEndpointUrl(
  typed: string,
  { loopback }: { loopback: boolean },
): { url: string } | { fault: UrlFault } {
  if (!URL.canParse(typed)) return { fault: 'unreadable' };
  const url = new URL(typed);
  if (url.username || url.password) return { fault: 'credentials' };
  url.hash = '';
  const host = hostOf(url);
  const local = host === 'localhost' || isLoopback(host);
  if (loopback && local && (url.protocol === 'http:' || url.protocol === 'https:')) return { url: url.href };
  if (url.protocol !== 'https:') return { fault: 'https' };
  // `new URL` has turned hexadecimal, octal and short forms of IPv4 into the usual one by now.
  if (local || (isIP(host) ? isInternal(host) : isInternalName(host))) return { fault: 'internal' };
  return { url: url.href };
}

/** The host of an address, an IPv6 one without its brackets, a name without the dot at its end. */
export function hostOf(url: URL): string {
  return url.hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();
}

function isInternalName(host: string): boolean {
  return !host.includes('.') || /\.(localhost|local|internal|intranet|lan|home\.arpa)$/.test(host);
}
