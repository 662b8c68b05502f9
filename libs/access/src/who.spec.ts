import { describe, expect, it } from '@jest/globals';
import type { HeldRole } from './roles.js';
import { homeOf } from './viewer.js';
import { Who } from './who.js';

const here = { kind: 'business', id: '01a1fd95-0000-7000-8000-00000000000a' } as const;
const elsewhere = { kind: 'business', id: '01a1fd95-0000-7000-8000-00000000000b' } as const;
const carer: HeldRole = { role: 'carer', scopeKind: null, scopeId: null };
const registrar: HeldRole = { role: 'registrar', scopeKind: null, scopeId: null };
const owner: HeldRole = { role: 'business_owner', scopeKind: here.kind, scopeId: here.id };

function somebody(held: HeldRole[], secondFactor = false): Who {
  return new Who({ accountId: 'a', sessionId: 's', name: 'Pat', locale: 'en-GB', held, secondFactor });
}

describe('a signed-in person', () => {
  it('has a staff role only once the second factor was given', () => {
    expect(somebody([carer, registrar]).hasRole('registrar')).toBe(false);
    expect(somebody([carer, registrar]).hasRole('carer')).toBe(true);
    expect(somebody([carer, registrar], true).hasRole('registrar')).toBe(true);
  });

  it('has a limited role only where it is limited to, and a role without limits everywhere', () => {
    expect(somebody([owner]).hasRole('business_owner', here)).toBe(true);
    expect(somebody([owner]).hasRole('business_owner', elsewhere)).toBe(false);
    expect(somebody([carer]).hasRole('carer', elsewhere)).toBe(true);
  });

  it('knows the businesses that are theirs', () => {
    expect(somebody([owner, carer]).scopesOf('business_owner', 'business')).toEqual([here.id]);
  });

  it('acts in the audit trail under the role they used', () => {
    expect(somebody([registrar], true).actor('registrar')).toEqual({ kind: 'account', id: 'a', role: 'registrar' });
    expect(somebody([]).actor()).toEqual({ kind: 'account', id: 'a' });
  });

  it('goes home to where they have something to do', () => {
    expect(homeOf(somebody([carer]))).toBe('/account');
    expect(homeOf(somebody([carer, owner]))).toBe('/business');
    expect(homeOf(somebody([carer, registrar]))).toBe('/staff');
    expect(homeOf(somebody([]))).toBe('/account/sessions');
  });
});
