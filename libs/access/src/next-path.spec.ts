import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sameSitePath } from './next-path.js';

describe('the way back after signing in', () => {
  it.each(['/', '/account', '/staff/applications?state=open&page=2', '/offers/poole'])('may be %s', (path) => {
    expect(sameSitePath(path)).toBe(path);
  });

  it.each([
    '',
    'account',
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '\\/evil.example',
    '/\t/evil.example',
    '/ /evil.example',
    '/.//evil.example',
    '/x/..//evil.example',
    'javascript:alert(1)',
    '/sign-in',
    '/sign-in/check',
    '/x/../sign-out',
    `/${'x'.repeat(500)}`,
  ])('is never %j', (path) => {
    expect(sameSitePath(path)).toBeNull();
  });

  it.each([undefined, null, 3, ['/account'], { path: '/account' }])('is never %j', (wanted) => {
    expect(sameSitePath(wanted)).toBeNull();
  });

  it('stays on this site whatever is asked for', () => {
    const tricky = fc.string({
      unit: fc.constantFrom('/', '\\', '.', ':', '@', '?', '#', '%', 'a', ' ', '\t', '\n', '2f', '５'),
    });
    fc.assert(
      fc.property(tricky, (text) => {
        const path = sameSitePath(`/${text}`);
        return path === null || new URL(path, 'https://here.example').origin === 'https://here.example';
      }),
      { numRuns: 20_000 },
    );
  });
});
