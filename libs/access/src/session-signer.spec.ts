import { describe, expect, it } from '@jest/globals';
import { Signer } from '@fastify/cookie';
import { SessionSigner } from './session-signer.js';

const secret = 'a secret that is long enough for anybody';

describe('the signature of a session', () => {
  const ours = new SessionSigner(secret);
  const theirs = new Signer(secret);

  it('is the one that the cookie plugin makes, and each takes the other’s', () => {
    for (const id of ['a', 'AbC_-09', 'with.dots.in', 'ü']) {
      expect(ours.sign(id)).toBe(theirs.sign(id));
      expect(ours.unsign(theirs.sign(id))).toEqual({ valid: true, renew: false, value: id });
      expect(theirs.unsign(ours.sign(id))).toMatchObject({ valid: true, value: id });
    }
  });

  it('is refused when anything of it is changed', () => {
    const signed = ours.sign('AbC');
    const others = ['', '.', 'AbC', 'AbC.', `x${signed}`, `${signed}x`, signed.slice(0, -1), signed.toUpperCase()];
    for (const other of [...others, new SessionSigner(`${secret}!`).sign('AbC')]) {
      expect(ours.unsign(other)).toEqual({ valid: false, renew: false, value: null });
    }
  });
});
