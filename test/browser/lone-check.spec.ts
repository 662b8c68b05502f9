import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { openBrowser } from '../support/browser.js';
import { LoneTillPage } from '../support/lone-till-page.js';

describe('a check without a connection, with a million cards in the list', () => {
  let browser: Browser;
  let till: LoneTillPage;

  beforeAll(async () => {
    browser = await openBrowser();
    till = await LoneTillPage.open(browser);
  }, 60_000);
  afterAll(() => browser?.close());

  it('finds each card in its place', async () => {
    const [good, stopped] = [await till.cards(20), await till.cards(20, 'stopped')];
    const answers = await till.check(good.flatMap((text, at) => [text, stopped[at]!]));
    expect(answers.map(({ answer }) => answer)).toEqual(good.flatMap(() => ['valid', 'revoked']));
  });

  it('refuses what nobody signed', async () => {
    const [good] = await till.cards(1);
    const [answer] = await till.check([good!.replace(/.$/, (last) => (last === 'A' ? 'Q' : 'A'))]);
    expect(['bad_signature', 'malformed']).toContain(answer!.answer);
  });
});
