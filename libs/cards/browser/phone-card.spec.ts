import { describe, expect, it } from '@jest/globals';
import { isFreshCode, qrSvg as serverQr, readCardText, rotatingCodeSync } from '@carers/credentials';
import { randomBytes } from 'node:crypto';
import { qrSvg as phoneQr } from '../../credentials/src/browser-qr.js';
import { cardPageAbove, isCardPage, isWord } from './card-worker/kept-pages.js';
import { intoStep, LiveCode, stepOf } from './phone-card/live-code.js';
import { type ClockStore, ServerClock } from './phone-card/server-clock.js';

const address = `HTTPS://CARERS.EXAMPLE/C/${'QRE2EAJHARCHIZLTOSQFQJNDAQNG5REX'.repeat(6)}`;

describe('the code on the phone', () => {
  it('is the server’s at every second, and so is its drawing', async () => {
    const secret = randomBytes(32);
    const code = new LiveCode(address, secret.toString('base64url'));
    for (let second = 0; second < 90; second += 7) {
      const at = new Date(Date.parse('2026-11-21T10:00:00Z') + second * 1000);
      const text = await code.textAt(at);
      expect(text).toBe(`${address}.${rotatingCodeSync(secret, at)}`);
      expect(phoneQr(text)).toBe(serverQr(text));
      expect(isFreshCode(secret, readCardText(text)!.code!, at)).toBe(true);
    }
  });

  it('changes when a half minute begins', () => {
    const [before, after] = ['2026-11-21T10:00:29.999Z', '2026-11-21T10:00:30.000Z'].map((each) => new Date(each));
    expect(stepOf(after!) - stepOf(before!)).toBe(1);
    expect([intoStep(before!), intoStep(after!)]).toEqual([29_999, 0]);
  });
});

describe('the time on the phone', () => {
  const served = '2026-11-21T10:00:00.000Z';
  const wrong = Date.parse('2026-11-20T07:13:00.000Z');

  function store(entries: Record<string, string> = {}): ClockStore & { entries: Record<string, string> } {
    return {
      entries,
      getItem: (key) => entries[key] ?? null,
      setItem: (key, value) => void (entries[key] = value),
    };
  }

  it('is the server’s, from the first opening on, however wrong the phone’s clock is', () => {
    let phone = wrong;
    const clock = new ServerClock(store(), served, () => phone);
    expect(clock.now().toISOString()).toBe(served);
    phone += 95_000;
    expect(clock.now().toISOString()).toBe('2026-11-21T10:01:35.000Z');
  });

  it('is right from a page that was kept for days', () => {
    const kept = store();
    new ServerClock(kept, served, () => wrong);
    const later = new ServerClock(kept, served, () => wrong + 86_400_000);
    expect(later.now().toISOString()).toBe('2026-11-22T10:00:00.000Z');
  });

  it('takes the middle of the way for the moment of the answer', () => {
    let phone = wrong;
    const kept = store({ 'card-clock': '5' });
    const clock = new ServerClock(kept, served, () => phone);
    const asked = clock.asked();
    phone += 3_000;
    clock.heard('2026-11-21T10:00:01.500Z', asked);
    expect(clock.now().toISOString()).toBe('2026-11-21T10:00:03.000Z');
    expect(Number(kept.entries['card-clock'])).toBe(Date.parse(served) - wrong);
  });

  it.each(['', 'soon', 'NaN', '1e400', '{}'])('believes the page where the store holds %j', (text) => {
    const clock = new ServerClock(store(text ? { 'card-clock': text } : {}), served, () => wrong);
    expect(clock.now().toISOString()).toBe(served);
  });

  it('stays as it was when the answer has no time, and works where nothing may be kept', () => {
    const full: ClockStore = {
      getItem: () => null,
      setItem: () => {
        throw new DOMException('full', 'QuotaExceededError');
      },
    };
    for (const each of [full, null]) {
      const clock = new ServerClock(each, served, () => wrong);
      clock.heard('soon', wrong);
      expect(clock.now().toISOString()).toBe(served);
    }
  });
});

describe('what is kept for use without a connection', () => {
  const link = `/my-card/${'a'.repeat(42)}-`;
  const holder = '/account/cards/01890a5d-ac96-774b-bcce-b302099a8057';

  it.each([link, '/account/card', holder])('is the page %s', (path) => {
    expect(isCardPage(path)).toBe(true);
    expect(cardPageAbove(`${path}/lost`)).toBe(path);
  });

  it.each([
    '/',
    '/account',
    '/account/details',
    '/account/cards',
    '/account/card/lost',
    '/account/card/state.json',
    '/my-card/short',
    `${link}/card.pdf`,
    `${link}/`,
    `${holder}/qr.png`,
    '/sign-in',
    '/till',
  ])('is not %s', (path) => {
    expect(isCardPage(path)).toBe(false);
  });

  it.each([
    [200, true],
    [303, true],
    [404, true],
    [403, true],
    [429, false],
    [500, false],
    [503, false],
  ])('believes an answer %i: %s', (status, word) => {
    expect(isWord(new Response(null, { status }))).toBe(word);
  });
});
