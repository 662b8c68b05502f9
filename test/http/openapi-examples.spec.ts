import { Demo, DemoModule } from '@carers/demo';
import { ServiceKeys } from '@carers/information-service';
import { Places, SchemeService } from '@carers/places';
import { Tills } from '@carers/till';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';

interface Operation {
  requestBody?: { content: Record<string, { schema: { $ref?: string } }> };
  security?: unknown[];
}

let running: TestApp;
let paths: Record<string, Record<string, Operation>>;
let schemas: Record<string, { example?: unknown }>;
let key: string;

beforeAll(async () => {
  running = await startTestApp({ modules: [DemoModule] });
  await running.get(Demo).load();
  const { body } = await running.browser().get('/api/openapi.json').expect(200);
  ({
    paths,
    components: { schemas },
  } = body as { paths: typeof paths; components: { schemas: typeof schemas } });
  const actor = { kind: 'system', id: 'test' } as const;
  ({ key } = await running.get(Tills).create('tide-and-quay-kitchen-poole', 'Till system', actor));
}, 60_000);

afterAll(() => running?.close());

/** What the description gives as the body of a POST. */
const exampleFor = (path: string): object => {
  const { requestBody } = paths[path]!['post']!;
  const name = requestBody!.content['application/json']!.schema.$ref!.split('/').at(-1)!;
  return schemas[name]!.example as object;
};

/** A new key of a carers service. */
async function keyOf(carersServiceId: string): Promise<string> {
  const about = { carersServiceId, name: 'Case system', scopes: ['read', 'write'] as ('read' | 'write')[] };
  return (await running.get(ServiceKeys).make(about, { kind: 'system', id: 'test' })).secret;
}

/** Sends the example of a path, as somebody does who copies it from the documentation. */
const send = (path: string, id?: string) =>
  running
    .browser()
    .post(path.replace('{id}', id ?? ''))
    .set('authorization', `Bearer ${key}`)
    .send(exampleFor(path));

describe('the examples of the API work against the demo as it is', () => {
  it('has one for each request body', () => {
    const withBody = Object.keys(paths).filter((path) => paths[path]!['post']?.requestBody);
    expect(withBody.sort()).toEqual([
      '/api/v1/applications',
      '/api/v1/redemptions',
      '/api/v1/redemptions/batch',
      '/api/v1/redemptions/{id}/undo',
      '/api/v1/subscribers',
      '/api/v1/validations',
    ]);
    for (const path of withBody) expect(exampleFor(path)).toEqual(expect.any(Object));
  });

  it('takes the application', async () => {
    const { body } = await send('/api/v1/applications').expect(201);
    expect(body).toEqual({ reference: expect.any(String) });
  });

  it('accepts the card, records the use, and takes it back', async () => {
    const { body: checked } = await send('/api/v1/validations').expect(200);
    expect(checked).toMatchObject({ outcome: 'valid', reason: null });
    const { body: used } = await send('/api/v1/redemptions').expect(201);
    expect(used).toMatchObject({ savingPence: 125, undone: false });
    await send('/api/v1/redemptions').expect(200);
    const { body: undone } = await send('/api/v1/redemptions/{id}/undo', (used as { id: string }).id).expect(200);
    expect(undone).toMatchObject({ undone: true });
  });

  it('gives a till what it works with offline, and takes what it recorded meanwhile', async () => {
    const { body } = await running
      .browser()
      .get('/api/v1/till/bundle')
      .set('authorization', `Bearer ${key}`)
      .expect(200);
    const { offerId } = exampleFor('/api/v1/redemptions') as { offerId: string };
    expect((body as { offers: { id: string }[] }).offers.map(({ id }) => id)).toContain(offerId);
    const { body: told } = await send('/api/v1/redemptions/batch').expect(200);
    expect(told).toMatchObject({ results: [{ offerId, result: 'recorded', redemptionId: expect.any(String) }] });
    const { body: again } = await send('/api/v1/redemptions/batch').expect(200);
    expect(again).toMatchObject({ results: [{ offerId, result: 'recorded_before' }] });
  });

  it('registers a carer without a card, and changes what they get', async () => {
    const { carersServices, regions } = await running.get(SchemeService).current();
    const { regionId } = await running.get(Places).find('BH15 1HJ');
    const service = regions.find(({ id }) => id === regionId)!.carersServiceId;
    expect(carersServices.map(({ id }) => id)).toContain(service);
    const secret = await keyOf(service);
    const asked = running.browser().post('/api/v1/subscribers').set('authorization', `Bearer ${secret}`);
    const { body } = await asked.set('idempotency-key', 'example').send(exampleFor('/api/v1/subscribers')).expect(201);
    const { id } = body as { id: string };
    const reference =
      paths['/api/v1/subscribers/{id}']!['patch']!.requestBody!.content['application/json']!.schema.$ref!;
    const change = schemas[reference.split('/').at(-1)!]!.example as object;
    const changing = running.browser().patch(`/api/v1/subscribers/${id}`).set('authorization', `Bearer ${secret}`);
    expect((await changing.send(change).expect(200)).body).toMatchObject({ format: 'large_print' });
  });

  it('asks for a till key as what it is, which is no JWT', async () => {
    const { body } = await running.browser().get('/api/openapi.json').expect(200);
    expect((body as { components: { securitySchemes: unknown } }).components.securitySchemes).toEqual({
      'service-key': { type: 'http', scheme: 'bearer', description: expect.any(String) },
      'till-key': { type: 'http', scheme: 'bearer', description: expect.any(String) },
    });
  });

  it('has an offer in the example that may be used at any hour, by anybody, any number of times', async () => {
    const { offerId } = exampleFor('/api/v1/redemptions') as { offerId: string };
    const { body } = await running.browser().get(`/api/v1/offers/${offerId}`).expect(200);
    expect(body).toMatchObject({ details: { how: 'in_person', who: 'carer' } });
    const { details } = body as { details: object };
    for (const limit of ['limits', 'days', 'times', 'minimumAge', 'until']) expect(details).not.toHaveProperty(limit);
  });
});
