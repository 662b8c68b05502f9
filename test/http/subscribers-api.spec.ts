import { Audit } from '@carers/audit';
import { Database } from '@carers/database';
import { Places, SchemeService } from '@carers/places';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import type { Browser } from './access-browser.js';
import { schemeWith, staffOf } from './applications-support.js';

const keysPage = '/staff/information-service/keys';
const api = '/api/v1/subscribers';

let program: TestApp;
let database: Database;
let officer: Browser;
let stranger: Browser;
let here: string;
let key: string;
let count = 0;

beforeAll(async () => {
  program = await startTestApp();
  await schemeWith(program, {});
  database = program.get(Database);
  const { regions } = await program.get(SchemeService).current();
  const serviceAt = async (postcode: string) => {
    const { regionId } = await program.get(Places).find(postcode);
    return regions.find((region) => region.id === regionId)!.carersServiceId;
  };
  here = await serviceAt('BH15 1HJ');
  const there = await serviceAt('DT1 1XJ');
  officer = await staffOf(program, 'carers_service_officer', 'Olive', { kind: 'carers_service', id: here });
  stranger = await staffOf(program, 'carers_service_officer', 'Sten', { kind: 'carers_service', id: there });
  key = await newKey(officer, { scopes: ['read', 'write'] });
});
afterAll(() => program?.close());
beforeEach(() => database.pool.query('TRUNCATE rate_limit'));

const secretIn = (text: string) => /csk_[A-Za-z0-9_-]{20,}/.exec(text)![0];

async function newKey(by: Browser, { scopes = ['read'], name = `System ${++count}` } = {}): Promise<string> {
  const made = await by.submit(keysPage, { name, scopes } as unknown as Record<string, string>);
  return secretIn(made.text);
}

/** The key with a name. */
async function keyId(name: string): Promise<string> {
  const [row] = await database.query<{ id: string }>('SELECT id FROM service_key WHERE name = $1', [name]);
  return row!.id;
}

function call(method: 'get' | 'post' | 'patch', path: string, secret = key) {
  return program.browser()[method](`${api}${path}`).set('authorization', `Bearer ${secret}`);
}

const carer = (lastName: string, changes: object = {}) => ({
  firstName: 'Apia',
  lastName,
  address: { lines: ['1 Quay', 'Poole'], postcode: 'bh15 1hj' },
  contact: { channel: 'email', email: `${lastName.toLowerCase()}@example.org` },
  ...changes,
});
const consents = [{ purpose: 'carers_information', channel: 'email', given: true }];
const proof = { wording: 'Send me news.', givenOn: '2026-01-02', how: 'Paper form', kept: 'Folder 7' };

async function register(body: object, once = `once-${++count}`, secret = key) {
  return call('post', '', secret).set('idempotency-key', once).send(body);
}

describe('a key', () => {
  it('is shown once, kept as a hash, and limited to what it was made for', async () => {
    const reader = await newKey(officer, { name: 'Reader' });
    expect((await officer.get(keysPage)).text).not.toContain(reader);
    const kept = await database.query<{ key_hash: string }>('SELECT key_hash FROM service_secret');
    expect(kept.some(({ key_hash }) => key_hash.includes(reader))).toBe(false);
    expect((await call('get', '', reader)).status).toBe(200);
    expect((await officer.get(keysPage)).text).toContain('last used');
    const refused = await register(carer('Readonly'), 'r', reader);
    expect(refused.status).toBe(403);
    expect(refused.body).toMatchObject({ type: expect.stringContaining('service-key-not-for-this') });
    for (const wrong of ['', 'csk_wrongwrongwrongwrongwrong', 'ck_till']) {
      expect((await call('get', '', wrong)).status).toBe(401);
    }
  });
});

describe('registering', () => {
  it('needs a key for the request, and takes the same one once', async () => {
    expect((await call('post', '').send(carer('Nokey'))).status).toBe(422);
    const body = carer('Onceonly', { consents, proof });
    const both = await Promise.all([register(body, 'same'), register(body, 'same')]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 201]);
    expect(both[0]!.body).toEqual(both[1]!.body);
    expect(both[0]!.body).toMatchObject({
      firstName: 'Apia',
      source: { kind: 'api', code: null },
      consents: ['carers_information email'],
      email: 'onceonly@example.org',
      mobile: null,
      address: null,
    });
    expect((await register(carer('Another'), 'same')).status).toBe(409);
  });

  it('takes a yes only with its proof, which is kept', async () => {
    const without = await register(carer('Unproved', { consents }));
    expect(without.status).toBe(422);
    expect(without.body).toMatchObject({ errors: [{ field: 'proof' }] });
    const late = await register(carer('Unproved', { consents, proof: { ...proof, givenOn: '2030-01-01' } }));
    expect(late.body).toMatchObject({ errors: [{ field: 'proof.givenOn' }] });
    const { body } = await register(carer('Proved', { consents, proof }));
    const [event] = await database.query(
      `SELECT evidence, words FROM consent_event JOIN consent_wording ON version = wording_version WHERE subscriber_id = $1`,
      [(body as { id: string }).id],
    );
    const { wording, ...evidence } = proof;
    expect(event).toEqual({ evidence, words: { about: wording } });
  });

  it('says what is wrong, and leaves other services’ people to them', async () => {
    const wrong = await register({ firstName: '', contact: { channel: 'pigeon' } });
    expect(wrong.status).toBe(422);
    expect(wrong.headers['content-type']).toContain('application/problem+json');
    const far = await register(carer('Faraway', { address: { lines: [], postcode: 'DT1 1XJ' } }));
    expect(far.body).toMatchObject({ errors: [{ field: 'address.postcode' }] });
    const child = await register(carer('Tiny', { birthDate: '2018-01-01' }));
    expect(child.body).toMatchObject({ errors: [{ field: 'birthDate' }] });
  });

  it('does not enter twice who is known beyond doubt', async () => {
    const first = await register(carer('Knownwell'));
    const again = await register(carer('Knownwell', { consents, proof }));
    expect((again.body as { id: string }).id).toBe((first.body as { id: string }).id);
  });
});

describe('the list', () => {
  it('goes page by page over this service’s people alone, one line of the trail a page', async () => {
    for (const name of ['Pageone', 'Pagetwo', 'Pagethree']) await register(carer(name));
    const all: string[] = [];
    let cursor: string | null = '';
    for (let pages = 0; cursor !== null && pages < 50; pages++) {
      const path: string = `?limit=2${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`;
      const { body } = (await call('get', path)) as { body: { subscribers: { id: string }[]; next: string | null } };
      all.push(...body.subscribers.map(({ id }) => id));
      cursor = body.next;
    }
    const [{ n } = { n: 0 }] = await database.query<{ n: number }>(
      'SELECT count(*)::int AS n FROM subscriber WHERE carers_service_id = $1 AND left_at IS NULL',
      [here],
    );
    expect([all.length, new Set(all).size]).toEqual([n, n]);
    const trail = await program.get(Audit).historyOf({ kind: 'subscriber-list', id: here }, 1);
    expect(trail[0]).toMatchObject({ action: 'subscribers.read', actorKind: 'system' });
    expect((await call('get', '?cursor=rubbish')).status).toBe(422);
    expect((await call('get', '?limit=1000')).status).toBe(422);
    const none = await call('get', '?source=referrer');
    expect(none.body).toEqual({ subscribers: [], next: null });
  });

  it('shows, changes and ends a registration, but not another service’s', async () => {
    const { body } = await register(carer('Changed', { consents, proof }));
    const path = `/${(body as { id: string }).id}`;
    const foreign = await newKey(stranger, { scopes: ['read', 'write'] });
    expect((await call('get', path, foreign)).status).toBe(404);
    expect((await call('patch', path, foreign).send({ format: 'audio' })).status).toBe(404);
    expect((await call('post', `${path}/leave`, foreign)).status).toBe(404);
    const no = [{ purpose: 'carers_information', channel: 'email', given: false }];
    const changed = await call('patch', path).send({ format: 'large_print', topics: ['money'], consents: no });
    expect(changed.body).toMatchObject({ format: 'large_print', topics: ['money'], consents: [], email: null });
    expect((await call('patch', path).send({ consents })).status).toBe(422);
    expect((await call('patch', path).send({ language: 'tlh' })).status).toBe(422);
    expect((await call('post', `${path}/leave`)).status).toBe(204);
    expect((await call('post', `${path}/leave`)).status).toBe(204);
    expect((await call('get', path)).body).toMatchObject({ leftAt: expect.any(String) });
    expect((await call('get', '/nobody')).status).toBe(404);
  });

  it('is held back when it is asked too often', async () => {
    await call('get', '');
    await database.pool.query(`UPDATE rate_limit SET points = 100000`);
    const refused = await call('get', '');
    expect(refused.status).toBe(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  });
});

describe('a key that is changed over', () => {
  // Last: time goes on by more than a session lasts.
  it('works for the overlap, or ends at once, by officers of its own service alone', async () => {
    const old = await newKey(officer, { name: 'Rotated' });
    const ended = await newKey(officer, { name: 'Ended' });
    const [id, endedId] = [await keyId('Rotated'), await keyId('Ended')];
    const foreign = await stranger.submit(keysPage, { overlap: '0' }, `${keysPage}/${id}/rotate`);
    expect(foreign.status).toBe(404);
    expect((await stranger.get(keysPage)).text).not.toContain('Rotated');
    const works = async (secret: string) => (await call('get', '', secret)).status;

    await officer.submit(keysPage, {}, `${keysPage}/${endedId}/revoke`);
    expect(await works(ended)).toBe(401);
    const next = secretIn((await officer.submit(keysPage, { overlap: '24' }, `${keysPage}/${id}/rotate`)).text);
    expect([await works(old), await works(next)]).toEqual([200, 200]);
    expect((await officer.get(keysPage)).text).toContain('The key before it works until');
    program.clock.advance({ hours: 25 });
    expect([await works(old), await works(next)]).toEqual([401, 200]);
  });
});
