import { generateSigningKey, nodeSigner, signCredential } from '@carers/credentials';
import { describe, expect, it } from '@jest/globals';
import { type CheckOptions, checkOffline, checkOfflineSync, type Material } from './check.js';
import { bundle, cardText, jwks, key, material, noon, offer, statuses } from './offline.fixture.js';
import { OwnVerifyingKeys, verifyingKeysOf } from './keys.js';
import { talliesOf } from './tallies.js';

describe('a card that is checked without a connection', () => {
  async function reasonOf(
    text: string,
    given: Parameters<typeof material>[0] = {},
    now = noon,
    options?: CheckOptions,
  ) {
    const answer = checkOfflineSync(text, material(given), now, options);
    expect(await checkOffline(text, material(given), now, options)).toEqual(answer);
    return answer.reason;
  }

  it('gets the answer that the server would give', async () => {
    expect(checkOfflineSync(await cardText(), material(), noon)).toEqual({
      outcome: 'valid',
      reason: null,
      card: { firstName: 'Margaret', validUntil: '2028-11-20' },
      offers: [
        {
          id: offer().id,
          title: '10% off your meal',
          terms: '10% off your meal. For the carer. Show your card when you pay.',
          kind: 'percentage',
          minimumSpendPence: null,
          usable: true,
          reason: null,
          remaining: null,
          nextUsableAt: null,
        },
      ],
      credentialId: '0123456789abcdef',
      facts: { kind: 'adult' },
    });
  });

  it('is a phone’s where a code moves beside it, which only the server can check', async () => {
    const text = await cardText({}, 'ABC23');
    expect(checkOfflineSync(text, material(), noon).card?.medium).toBe('phone');
    expect(checkOfflineSync(text.toLowerCase(), material(), noon).card?.medium).toBe('phone');
    // Somebody may have cut it off.
    expect(checkOfflineSync(text.slice(0, -6), material(), noon).card).not.toHaveProperty('medium');
  });

  it.each([
    ['valid', 0, null],
    ['stopped', 1, 'revoked'],
    ['on hold', 2, 'suspended'],
    ['something new', 3, 'revoked'],
  ])('is taken as the list has it: %s', async (_name, status, reason) => {
    expect(await reasonOf(await cardText(), { statuses: statuses({ 7: status }) })).toBe(reason);
  });

  it('is not known where its place is outside the list', async () => {
    expect(await reasonOf(await cardText({ statusIndex: 200 }))).toBe('unknown_card');
  });

  it('tells the shop no more of a refused card than the server does', async () => {
    const answer = checkOfflineSync(await cardText(), material({ statuses: statuses({ 7: 1 }) }), noon);
    expect(answer).toMatchObject({ outcome: 'not_valid', offers: [], card: { firstName: 'Margaret' } });
    expect(answer).toMatchObject({ credentialId: null, facts: null });
  });

  it('is refused after its last day, by London’s clock, and before its first', async () => {
    const summer = await cardText({ expiresAt: new Date('2027-07-01T00:00:00Z') });
    expect(await reasonOf(summer, {}, Date.parse('2027-06-30T22:59:59Z'))).toBeNull();
    expect(await reasonOf(summer, {}, Date.parse('2027-06-30T23:00:00Z'))).toBe('expired');
    expect(await reasonOf(summer, {}, Date.parse('2027-07-01T00:00:00Z'))).toBe('expired');
    const early = await cardText({ notBefore: new Date(noon + 1000) });
    expect(await reasonOf(early)).toBe('not_yet_valid');
    expect(await reasonOf(early, {}, noon + 1000)).toBeNull();
  });

  it('is refused when it is altered, or from somebody else, or no card', async () => {
    const text = await cardText();
    expect(await reasonOf('hello')).toBe('malformed');
    expect(await reasonOf('')).toBe('malformed');
    const altered = text.replace(/.{20}$/, (end) => (end.startsWith('A') ? 'B' : 'A') + end.slice(1));
    expect(await reasonOf(altered)).toBe('bad_signature');
    const claims = { credentialId: '0123456789abcdef', expiresAt: new Date('2028-11-21'), statusIndex: 7 };
    const stranger = nodeSigner(generateSigningKey([key]));
    const token = await signCredential({ ...claims, kind: 'adult', firstName: 'Eve' }, stranger);
    expect(await reasonOf(token)).toBe('unknown_issuer');
  });

  it('is for practice only where it is a training card, whatever the list says of its place', async () => {
    const text = await cardText({ kind: 'test', statusIndex: 0 });
    expect(await reasonOf(text)).toBe('test_card');
    expect(await reasonOf(text, { statuses: statuses({ 0: 1 }) }, noon, { training: true })).toBeNull();
    expect(await reasonOf(await cardText(), {}, noon, { training: true })).toBeNull();
  });

  describe('may use an offer', () => {
    const line = async (terms: Parameters<typeof offer>[0], more: Partial<Material> = {}, offerMore = {}) =>
      checkOfflineSync(
        await cardText(),
        { ...material(), ...more, bundle: bundle([offer(terms, offerMore)]) } as ReturnType<typeof material>,
        noon,
      ).offers[0]!;

    it('until the list is too old for it', async () => {
      const days = (count: number) => ({ listAsOf: noon - count * 86_400_000 });
      expect(await line({ staleListDays: 2 }, days(2))).toMatchObject({ usable: true });
      expect(await line({ staleListDays: 2 }, days(2.01))).toMatchObject({ usable: false, reason: 'list_too_old' });
      expect(await line({}, days(400))).toMatchObject({ usable: true });
      // The server's clock may be a little ahead of ours.
      expect(await line({ staleListDays: 0 }, days(-1))).toMatchObject({ usable: true });
    });

    it('at the till’s branch and when it is open', async () => {
      expect(await line({ branchIds: ['another'] })).toMatchObject({ reason: 'offer_not_here' });
      expect(await line({ times: [{ from: '14:30', to: '17:00' }] })).toMatchObject({
        reason: 'offer_not_now',
        nextUsableAt: '2026-11-21T14:30:00.000Z',
      });
    });

    it('as often as its limits say, counting what was used here and elsewhere', async () => {
      const terms = { limits: { perCard: { count: 2, period: 'day' as const }, perDay: 5, total: 50 } };
      const used = { usedToday: 2, usedEver: 46 };
      expect(await line(terms, {}, used)).toMatchObject({ usable: true, remaining: 2 });
      const one = talliesOf(offer(terms), '0123456789abcdef', noon);
      expect(one).toHaveLength(3);
      const tallies = (count: number) => ({ tallies: new Map(one.map((tally) => [tally, count])) });
      expect(await line(terms, tallies(1), used)).toMatchObject({ usable: true, remaining: 1 });
      expect(await line(terms, tallies(2), used)).toMatchObject({
        reason: 'limit_reached',
        nextUsableAt: '2026-11-22T00:00:00.000Z',
      });
      const elses = talliesOf(offer(terms), 'fedcba9876543210', noon);
      expect(await line(terms, { tallies: new Map([[elses[0]!, 9]]) }, used)).toMatchObject({ remaining: 2 });
    });

    it('counting the server’s uses of a day on that day alone', async () => {
      const text = await cardText();
      const given = material({ bundle: bundle([offer({ limits: { perDay: 5 } }, { usedToday: 5 })]) });
      expect(checkOfflineSync(text, given, noon).offers[0]).toMatchObject({ usable: false });
      expect(checkOfflineSync(text, given, noon + 86_400_000).offers[0]).toMatchObject({ remaining: 5 });
    });
  });
});

describe('keys of a browser without Ed25519', () => {
  it('give the same answers', async () => {
    const own = new OwnVerifyingKeys(jwks);
    const web = await verifyingKeysOf(jwks);
    const text = await cardText();
    const altered = text.replace(/.{20}$/, (end) => (end.startsWith('A') ? 'B' : 'A') + end.slice(1));
    for (const keys of [own, web]) {
      expect(await checkOffline(text, { ...material(), keys }, noon)).toMatchObject({ outcome: 'valid' });
      expect(await checkOffline(altered, { ...material(), keys }, noon)).toMatchObject({ reason: 'bad_signature' });
    }
    expect(await own.verify('none', new Uint8Array(1), new Uint8Array(64))).toBe(false);
    expect(await own.verify(key.kid, new Uint8Array(1), new Uint8Array(3))).toBe(false);
  });
});
