import type { Settings } from '@carers/settings';
import { ResponsePolicy } from './policy.js';

/** Headers that every answer has, whatever it is. */
export function securityHeaders({ https }: Pick<Settings, 'https'>): [string, string][] {
  return [
    // Nothing is kept unless its route says so.
    ['cache-control', 'no-store'],
    ['x-content-type-options', 'nosniff'],
    // Links in letters and mails hold secrets in their path: no other site may learn them.
    ['referrer-policy', 'same-origin'],
    ['cross-origin-opener-policy', 'same-origin'],
    ['cross-origin-resource-policy', 'same-origin'],
    ['x-frame-options', 'DENY'],
    ...(https ? [['strict-transport-security', 'max-age=63072000; includeSubDomains'] as [string, string]] : []),
  ];
}

/** All security headers of an answer that is no page, which needs nothing beyond the strictest policy. */
export function plainHeaders({ https }: Pick<Settings, 'https'>): Record<string, string> {
  const policy = new ResponsePolicy(() => '');
  return {
    ...Object.fromEntries(securityHeaders({ https })),
    'content-security-policy': policy.csp(https),
    'permissions-policy': policy.permissionsPolicy(),
  };
}
