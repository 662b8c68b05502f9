import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Audit } from '@carers/audit';
import { NodeVerifyingKeys, readCredentialText, readPublicJwk, verifyCredentialSync } from '@carers/credentials';
import { Database } from '@carers/database';
import { Clock } from '@carers/kernel';
import { Settings } from '@carers/settings';
import { startTestApp, type TestApp } from '../../../test/support/app.js';
import { Given } from '../../../test/support/given.js';
import type { Card } from './card.entity.js';
import { CardKeys } from './card-keys.js';
import { CardTokens } from './card-tokens.js';
import { StatusLists } from './status-lists.js';

const operator = { kind: 'system', id: 'test' } as const;

let running: TestApp;
let database: Database;
let keys: CardKeys;
let card: Card;
beforeAll(async () => {
  running = await startTestApp();
  database = running.get(Database);
  keys = running.get(CardKeys);
  const given = new Given(running);
  await given.scheme();
  ({ card } = await given.card());
});
afterAll(() => running.close());
beforeEach(() => database.query(`UPDATE card_signing_key SET status = 'verifying' WHERE status = 'revoked'`));

/** As another process has them, which has read nothing yet. */
const elsewhere = () => new CardKeys(database, running.get(Settings), running.get(Clock), running.get(Audit));
const printed = () => running.get(CardTokens).urlFor(card, 'printed');
const now = () => running.clock.now();

/** What somebody says of a card who has nothing but the published keys. */
async function outside(url: string, published = keys) {
  const { keys: jwks } = await published.jwks();
  const verifying = new NodeVerifyingKeys(jwks.map((jwk) => ({ publicJwk: readPublicJwk(jwk) })));
  const check = verifyCredentialSync(readCredentialText(url)!, verifying, { now: now() });
  return check.ok ? 'ok' : check.reason;
}

const next = async () => (await keys.list()).find(({ status }) => status === 'next')!.kid;

describe('a next key', () => {
  it('is made once for a scheme that has none, however many processes start', async () => {
    await database.query(`DELETE FROM card_signing_key WHERE status = 'next'`);
    await Promise.all([1, 2, 3, 4].map(() => elsewhere().onModuleInit()));
    expect((await keys.list()).map(({ status }) => status).sort()).toEqual(['active', 'next']);
  });

  it('is published, but signs nothing', async () => {
    const kid = await next();
    expect((await elsewhere().jwks()).keys.map((key) => key.kid)).toContain(kid);
    expect((await elsewhere().signer()).kid).not.toBe(kid);
  });

  it('is one, the database says so', async () => {
    const insert = database.query(`INSERT INTO card_signing_key VALUES ('other', 'x', 'next', now())`);
    await expect(insert).rejects.toMatchObject({ constraint: 'uq_card_signing_key__one_next' });
  });

  it('has its private part sealed', async () => {
    const [row] = await database.query<{ jwk: string }>(`SELECT jwk FROM card_signing_key WHERE status = 'next'`);
    expect(row!.jwk).not.toContain('"d"');
  });
});

describe('a rotation', () => {
  it('keeps old cards working, and signs with the key that was published before', async () => {
    const tillOfYesterday = elsewhere();
    await tillOfYesterday.jwks();
    const promised = await next();
    const before = await printed();
    const { kid } = await keys.rotate(operator);
    expect(kid).toBe(promised);
    const after = await printed();
    expect(after).not.toBe(before);
    for (const url of [before, after]) {
      expect(await outside(url)).toBe('ok');
      // Known ahead of use: also to somebody who fetched the keys before the rotation.
      expect(await outside(url, tillOfYesterday)).toBe('ok');
    }
  });

  it('leaves one key that signs and one that is next, also when two operators rotate at once', async () => {
    await Promise.all([keys.rotate(operator), elsewhere().rotate(operator)]);
    const statuses = (await keys.list()).map(({ status }) => status);
    expect(statuses.filter((status) => status === 'active')).toHaveLength(1);
    expect(statuses.filter((status) => status === 'next')).toHaveLength(1);
  });

  it('reaches another process within five seconds', async () => {
    const other = elsewhere();
    await other.signer();
    const { kid } = await keys.rotate(operator);
    expect((await other.signer()).kid).not.toBe(kid);
    const steady = performance.now();
    const clock = jest.spyOn(performance, 'now').mockReturnValue(steady + 5_000);
    try {
      expect((await other.signer()).kid).toBe(kid);
    } finally {
      clock.mockRestore();
    }
  });
});

describe('revoking a key', () => {
  it('that signs refuses its cards as from an unknown issuer, and lets the next one sign at once', async () => {
    const { kid } = await keys.rotate(operator);
    const promised = await next();
    const url = await printed();
    expect(await outside(url)).toBe('ok');
    const inUse = await keys.revoke(kid, 'A backup was stolen', operator);
    expect(inUse.kid).toBe(promised);
    expect(inUse.next).not.toBe(promised);
    expect(await outside(url)).toBe('unknown_issuer');
    expect(await outside(url, elsewhere())).toBe('unknown_issuer');
    // The code on the phone is signed as it is shown, so it works again by itself.
    expect(await outside(await printed())).toBe('ok');
    const events = await running.get(Audit).historyOf({ kind: 'card-key', id: kid });
    expect(events.map(({ action, reason }) => `${action} ${reason}`).sort()).toEqual([
      'card-key.revoked A backup was stolen',
      'card-key.rotated null',
    ]);
  });

  it('that only verifies, or is next, leaves the one that signs', async () => {
    const old = (await keys.signer()).kid;
    const { kid } = await keys.rotate(operator);
    expect((await keys.revoke(old, 'Not needed any more', operator)).kid).toBe(kid);
    const promised = await next();
    const inUse = await keys.revoke(promised, 'Seen by a stranger', operator);
    expect(inUse.kid).toBe(kid);
    expect(inUse.next).not.toBe(promised);
    expect((await keys.jwks()).keys.map((key) => key.kid)).not.toContain(promised);
  });

  it('is for good: CARD_SIGNING_KEYS does not bring it back', async () => {
    await keys.revoke('test', 'It was in a public repository', operator);
    await elsewhere().onModuleInit();
    expect((await keys.list()).find(({ kid }) => kid === 'test')?.status).toBe('revoked');
    expect((await elsewhere().jwks()).keys.map(({ kid }) => kid)).not.toContain('test');
  });

  it('has the status list signed by a key that is trusted', async () => {
    const lists = new StatusLists(database, keys, running.get(Settings), running.get(Clock));
    const signedBy = async () => {
      const { jwt } = await lists.whole();
      return (JSON.parse(Buffer.from(jwt.split('.')[0]!, 'base64url').toString()) as { kid: string }).kid;
    };
    const kid = await signedBy();
    const inUse = await keys.revoke(kid, 'Leaked', operator);
    const steady = performance.now();
    const clock = jest.spyOn(performance, 'now').mockReturnValue(steady + 5_000);
    try {
      expect(await signedBy()).toBe(inUse.kid);
    } finally {
      clock.mockRestore();
    }
  });

  it('of an unknown id, or twice, is refused', async () => {
    await expect(keys.revoke('none', 'x', operator)).rejects.toMatchObject({ slug: 'card-key-not-found' });
    const { kid } = await keys.rotate(operator);
    await keys.revoke(kid, 'x', operator);
    await expect(keys.revoke(kid, 'x', operator)).rejects.toMatchObject({ slug: 'card-key-was-revoked' });
  });
});
