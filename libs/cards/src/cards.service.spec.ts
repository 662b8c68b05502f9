import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Audit } from '@carers/audit';
import { NodeVerifyingKeys, readCredentialText, readPublicJwk, verifyCredentialSync } from '@carers/credentials';
import { constraintOf, Database } from '@carers/database';
import { OutgoingMessage } from '@carers/messages';
import { startTestApp, type TestApp } from '../../../test/support/app.js';
import { Given } from '../../../test/support/given.js';
import { Card } from './card.entity.js';
import { CardKeys } from './card-keys.js';
import { CardLinks } from './card-links.js';
import { CardTokens } from './card-tokens.js';
import { Cardholders } from './cardholders.js';
import { Cards } from './cards.js';
import { CardHasEnded, CardHasExpired, CardIsSuspended, CardStillRuns } from './cards.problems.js';
import { Credential } from './credential.entity.js';
import { LostCards } from './lost-cards.js';

const staff = { kind: 'account', id: '01999999-0000-7000-8000-000000000001', role: 'registrar' } as const;

describe('cards', () => {
  let running: TestApp;
  let given: Given;
  let database: Database;
  beforeAll(async () => {
    running = await startTestApp();
    given = new Given(running);
    database = running.get(Database);
    await given.scheme();
  });
  afterAll(() => running.close());

  const inTransaction = <T>(work: (cards: Cards, tx: Parameters<Cards['issue']>[0]) => Promise<T>) =>
    database.transaction((tx) => work(running.get(Cards), tx));

  /** The tokens of a card, checked with nothing but the published keys. */
  async function check(card: Card, medium: 'phone' | 'printed' = 'phone') {
    const url = await running.get(CardTokens).urlFor(card, medium);
    const { keys } = await running.get(CardKeys).jwks();
    const verifying = new NodeVerifyingKeys(keys.map((jwk) => ({ publicJwk: readPublicJwk(jwk) })));
    return verifyCredentialSync(readCredentialText(url)!, verifying, { now: running.clock.now() });
  }

  it('gives a new carer a card for two years, with a phone and a printed credential', async () => {
    const { card } = await given.card();
    expect(card).toMatchObject({ issueNumber: 1, kind: 'adult', validFrom: '2026-11-21', validUntil: '2028-11-20' });
    const credentials = await database.reader.find(Credential, {
      where: { cardId: card.id },
      order: { medium: 'ASC' },
    });
    expect(credentials.map(({ medium, status }) => [medium, status])).toEqual([
      ['phone', 'active'],
      ['printed', 'active'],
    ]);
  });

  it('keeps what is personal sealed in the table', async () => {
    const { cardholder } = await given.card({ email: 'sealed@example.com', mobile: '+447700900123' });
    const [row] = await database.query('SELECT * FROM cardholder WHERE id = $1', [cardholder.id]);
    const stored = JSON.stringify(row);
    for (const secret of ['sealed@example.com', '1961-04-12', 'BH1 1AA', 'Sea Road', '7700900123'])
      expect(stored).not.toContain(secret);
  });

  it('gives a carer under 18 a young card', async () => {
    expect((await given.card({ birthDate: '2012-01-01' })).card.kind).toBe('young');
    expect((await given.card({ birthDate: '2008-11-21' })).card.kind).toBe('adult');
  });

  it('signs tokens that verify with the published keys, until the last day is over', async () => {
    const { card } = await given.card({ firstName: 'Zoë' });
    expect(await check(card)).toMatchObject({ ok: true, claims: { firstName: 'Zoë', kind: 'adult' } });
    running.clock.set(new Date('2028-11-20T23:30:00Z'));
    expect(await check(card)).toMatchObject({ ok: true });
    running.clock.set(new Date('2028-11-21T00:00:00Z'));
    expect(await check(card)).toMatchObject({ ok: false, reason: 'expired' });
    running.clock.set(new Date('2026-11-21T10:00:00Z'));
  });

  it('signs cards for practising that stand in no registry', async () => {
    const url = await running.get(CardTokens).practice('Wilhelmina-Charlotte-Augusta', 30);
    const token = readCredentialText(url)!;
    const check = verifyCredentialSync(token, await running.get(CardKeys).verifying(), { now: running.clock.now() });
    expect(check).toMatchObject({ ok: true, claims: { kind: 'test', statusIndex: 0 } });
    if (!check.ok) throw new Error(check.reason);
    expect(check.claims.expiresAt).toEqual(new Date('2026-12-21T00:00:00Z'));
    expect(await database.reader.countBy(Credential, { id: check.claims.credentialId })).toBe(0);
    expect(await running.get(CardTokens).practice('Jo', 1)).not.toBe(url);
  });

  it('never has two cards that run for one cardholder', async () => {
    const { cardholder, card } = await given.card();
    const again = () => inTransaction((cards, tx) => cards.issueAgain(tx, cardholder.id, staff));
    await expect(again()).rejects.toThrow(CardStillRuns);
    await inTransaction((cards, tx) => cards.revoke(tx, card.id, 'mistake', staff, 'Wrong person'));
    const results = await Promise.allSettled([again(), again(), again(), again()]);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results) if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(CardStillRuns);
    const live = await database.reader.find(Card, { where: { cardholderId: cardholder.id, status: 'active' } });
    expect(live.map(({ issueNumber }) => issueNumber)).toEqual([2]);
    // The database holds it too, whatever the service does.
    const copy = { ...live[0]!, id: card.id.replace(/^./, '1'), number: 'CC000000000', issueNumber: 9 };
    const error: unknown = await inTransaction((_, tx) => tx.insert(Card, copy)).catch((reason: unknown) => reason);
    expect(constraintOf(error)).toBe('uq_card__one_live');
  });

  it('replaces a lost card: the old one stops with its credentials, the new one runs for the rest of the time', async () => {
    const { cardholder, card } = await given.card();
    running.clock.set(new Date('2027-06-01T10:00:00Z'));
    const issued = await running.get(LostCards).report(card.id, staff);
    running.clock.set(new Date('2026-11-21T10:00:00Z'));
    expect(issued.card).toMatchObject({ issueNumber: 2, validFrom: '2027-06-01', validUntil: card.validUntil });
    expect(issued.card.number).not.toBe(card.number);
    expect(issued.cardholder.linkVersion).toBe(2);
    const old = await database.reader.findOneByOrFail(Card, { id: card.id });
    expect(old).toMatchObject({ status: 'revoked', endReason: 'lost' });
    const stopped = await database.reader.find(Credential, { where: { cardId: card.id } });
    expect(stopped.map(({ status }) => status)).toEqual(['revoked', 'revoked']);
    const events = await running.get(Audit).historyOf({ kind: 'card', id: card.id });
    expect(events.map(({ action }) => action)).toEqual(['card.revoked', 'card.issued']);
    const queued = await database.reader.find(OutgoingMessage, { where: { aboutId: cardholder.id } });
    expect(queued.map(({ template }) => template)).toEqual(['cards/replaced']);
    expect(JSON.stringify(queued[0]!.params)).not.toContain('my-card');
  });

  it('gives one new card when a loss is reported by several at once', async () => {
    const { cardholder, card } = await given.card();
    const lost = running.get(LostCards);
    const results = await Promise.allSettled([1, 2, 3].map(() => lost.report(card.id, staff)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results) if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(CardHasEnded);
    expect(await database.reader.countBy(Card, { cardholderId: cardholder.id })).toBe(2);
    expect(await database.reader.countBy(OutgoingMessage, { aboutId: cardholder.id })).toBe(1);
  });

  it('changes nothing and writes nothing when a replacement is refused', async () => {
    const { cardholder, card } = await given.card();
    await inTransaction((cards, tx) => cards.suspend(tx, card.id, staff, 'Used in two towns at once'));
    await expect(running.get(LostCards).report(card.id, staff)).rejects.toThrow(CardIsSuspended);
    await inTransaction((cards, tx) => cards.lift(tx, card.id, staff, 'Explained'));
    running.clock.set(new Date('2028-11-21T10:00:00Z'));
    await expect(running.get(LostCards).report(card.id, staff)).rejects.toThrow(CardHasExpired);
    running.clock.set(new Date('2026-11-21T10:00:00Z'));
    expect(await database.reader.countBy(Card, { cardholderId: cardholder.id })).toBe(1);
    expect(await database.reader.countBy(OutgoingMessage, { aboutId: cardholder.id })).toBe(0);
  });

  it('opens with its own link only, and with none from before a loss', async () => {
    const links = running.get(CardLinks);
    const one = await given.card();
    const other = await given.card({ firstName: 'Tom' });
    const token = links.tokenFor(one.cardholder);
    expect((await links.open(token))?.id).toBe(one.cardholder.id);
    expect((await links.open(links.tokenFor(other.cardholder)))?.id).toBe(other.cardholder.id);
    // Somebody else's id with one's own seal.
    const [mine, theirs] = [token, links.tokenFor(other.cardholder)].map((text) => Buffer.from(text, 'base64url'));
    const mixed = Buffer.concat([theirs!.subarray(0, 16), mine!.subarray(16)]).toString('base64url');
    expect(await links.open(mixed)).toBeNull();
    for (const index of [0, 10, 25, 41])
      expect(
        await links.open(token.slice(0, index) + (token[index] === 'A' ? 'B' : 'A') + token.slice(index + 1)),
      ).toBeNull();
    for (const wrong of ['', 'x', token.slice(1), `${token}A`, `${token}=`, '%00'])
      expect(await links.open(wrong)).toBeNull();
    const { cardholder } = await running.get(LostCards).report(one.card.id, staff);
    expect(await links.open(token)).toBeNull();
    expect((await links.open(links.tokenFor(cardholder)))?.id).toBe(one.cardholder.id);
  });

  it('finds a cardholder by number, name, e-mail, mobile and postcode, and nobody by a wild card', async () => {
    const people = running.get(Cardholders);
    const { cardholder, card } = await given.card({
      firstName: 'Zoë',
      lastName: 'Barton-Łukasik',
      email: 'zoe.search@example.com',
      mobile: '+447700900987',
      postcode: 'BH21 1AA',
    });
    const spaced = `${card.number.slice(0, 4)} ${card.number.slice(4)}`.toLowerCase();
    for (const typed of [
      spaced,
      'zoe bart',
      'Łukasik',
      'lukasik',
      'ZOE.Search@example.com',
      '07700 900 987',
      'bh211aa',
    ])
      expect((await people.search(typed)).map((held) => held.cardholder.id)).toEqual([cardholder.id]);
    expect(await people.search('%')).toEqual([]);
    expect(await people.search('   ')).toEqual([]);
  });

  it('puts contact details right, says which changed, and tells the old address', async () => {
    const { cardholder } = await given.card({
      email: 'before@example.com',
      contactChannel: 'email',
      postcode: 'BH15 1AB',
    });
    const { email, mobile, address, postcode, contactChannel } = cardholder;
    const details = { email, mobile, address, postcode, contactChannel };
    const people = running.get(Cardholders);
    expect(await people.correct(cardholder.id, details, staff)).toEqual([]);
    const changed = { ...details, email: 'after@example.com', postcode: 'BH1 1AA' };
    expect(await people.correct(cardholder.id, changed, staff)).toEqual(['email', 'postcode']);
    const [found] = await people.search('after@example.com');
    expect(found?.cardholder).toMatchObject({ id: cardholder.id, postcode: 'BH1 1AA' });
    expect(found?.cardholder.regionId).not.toBe(cardholder.regionId);
    expect(await people.search('before@example.com')).toEqual([]);
    const [told] = await database.reader.find(OutgoingMessage, { where: { aboutId: cardholder.id } });
    expect(told).toMatchObject({ template: 'cards/contact-changed', recipient: 'before@example.com' });
    const [event] = await running.get(Audit).historyOf({ kind: 'cardholder', id: cardholder.id });
    expect(event).toMatchObject({
      action: 'cardholder.details-corrected',
      details: { changed: ['email', 'postcode'] },
    });
    expect(JSON.stringify(event)).not.toContain('example.com');
  });
});
