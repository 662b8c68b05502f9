import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Cards } from '@carers/cards';
import { NodeVerifyingKeys, parseStatusChanges, readPublicJwk, StatusList } from '@carers/credentials';
import { Database } from '@carers/database';
import { startTestApp, type TestApp } from '../support/app.js';
import { Given } from '../support/given.js';

const staff = { kind: 'system', id: 'test' } as const;
const path = '/api/v1/status-list';

let program: TestApp;
let given: Given;
beforeAll(async () => {
  program = await startTestApp();
  given = new Given(program);
  await given.scheme();
});
afterAll(() => program?.close());

const get = (address: string) => program.browser().get(address);
/** The keys as a stranger has them. */
async function published(): Promise<NodeVerifyingKeys> {
  const { text } = await get('/.well-known/jwks.json').expect(200);
  const { keys } = JSON.parse(text) as { keys: unknown[] };
  return new NodeVerifyingKeys(keys.map((jwk) => ({ publicJwk: readPublicJwk(jwk) })));
}

describe('GET /api/v1/status-list', () => {
  it('gives a list that anybody can check with the published keys, in any browser, and may keep a moment', async () => {
    const { headers, text } = await get(path).set('accept-encoding', 'br, gzip').expect(200);
    expect(headers).toMatchObject({
      'content-type': 'application/statuslist+jwt',
      'cache-control': 'public, max-age=15',
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
      etag: expect.stringMatching(/^"[\w-]{27}"$/),
    });
    // What is in it is compressed already.
    expect(headers).not.toHaveProperty('content-encoding');
    expect(headers).not.toHaveProperty('set-cookie');
    const list = await StatusList.parse(text, await published());
    expect(list.size).toBe(2 ** 17);
    expect(list.expiresAt!.getTime() - list.issuedAt.getTime()).toBe(30 * 86_400_000);
  });

  it('gives nothing to whoever has it', async () => {
    const { headers } = await get(path);
    for (const known of [headers['etag']!, `"other", ${headers['etag']}`, `W/${headers['etag']}`, '*']) {
      const again = await get(path).set('if-none-match', known).expect(304);
      expect(again.text).toBe('');
    }
    await get(path).set('if-none-match', '"other"').expect(200);
  });
});

describe('GET /api/v1/status-list/changes', () => {
  it('gives what was stopped since, which a till applies to the list it has', async () => {
    const { text } = await get(path);
    const list = await StatusList.parse(text, await published());
    const { card } = await given.card();
    await program
      .get(Database)
      .transaction((tx) => program.get(Cards).suspend(tx, card.id, staff, 'Seen in two towns at once'));
    const since = list.issuedAt.getTime() / 1000;
    const { headers, text: told } = await get(`${path}/changes?since=${since}`).expect(200);
    expect(headers).toMatchObject({
      'content-type': 'application/statuslist-changes+jwt',
      'cache-control': 'public, max-age=10',
      'access-control-allow-origin': '*',
    });
    const changes = await parseStatusChanges(told, await published());
    expect(changes.changes.filter(([, status]) => status === 2)).toHaveLength(2);
    list.apply(changes);
    for (const [index, status] of changes.changes) expect(list.statusOf(index)).toBe(status);
  });

  it.each([
    '',
    '?since=',
    '?since=yesterday',
    '?since=-1',
    '?since=1.5',
    '?since=99999999999',
    '?since=1&since=2',
    '?since=0x10',
  ])('asks for a time that is one: %p', async (query) => {
    const { headers, body } = await get(`${path}/changes${query}`).expect(422);
    expect(headers['content-type']).toContain('application/problem+json');
    expect(body).toMatchObject({
      errors: [{ field: 'since', message: expect.stringContaining('seconds since 1970') }],
    });
  });

  it('sends a till that was away for more than a week to the whole list', async () => {
    const { body } = await get(`${path}/changes?since=${Math.floor(Date.now() / 1000) - 8 * 86_400}`).expect(410);
    expect(body).toMatchObject({ type: expect.stringMatching(/\/problems\/status-list-too-old$/), status: 410 });
  });
});

it('both are in the description of the API', async () => {
  const { body } = await get('/api/openapi.json').expect(200);
  const { paths } = body as { paths: Record<string, { get: { responses: Record<string, { content?: object }> } }> };
  expect(Object.keys(paths[path]!.get.responses['200']!.content!)).toEqual(['application/statuslist+jwt']);
  expect(Object.keys(paths[`${path}/changes`]!.get.responses).sort()).toEqual(['200', '410', '422']);
});
