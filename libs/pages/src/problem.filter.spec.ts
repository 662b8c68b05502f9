import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import supertest from 'supertest';
import { PagesOptions } from './pages-options.js';
import { startSample } from './sample-app.js';

describe('problems', () => {
  let app: NestFastifyApplication;
  let web: ReturnType<typeof supertest>;

  beforeAll(async () => {
    app = await startSample();
    web = supertest(app.getHttpServer());
  });
  afterAll(() => app.close());

  it('tells machines about problems in the form of RFC 9457', async () => {
    const { body, headers } = await web.get('/api/v1/invalid').expect(422);
    expect(headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(body).toEqual({
      type: '/problems/invalid-input',
      title: 'Some answers need another look',
      status: 422,
      detail: 'Go back, check what you typed and try again.',
      instance: '/api/v1/invalid',
      errors: [{ field: 'address.postcode', message: 'Use 8 letters or fewer' }],
    });
  });

  it('says which fields a schema refuses', async () => {
    const { body } = await web.post('/api/v1/things').send({ name: 'far too long' }).expect(422);
    expect(body.errors).toEqual([{ field: 'name', message: 'Use 5 letters or fewer' }]);
  });

  it.each([
    ['malformed JSON', '{"name":', 'application/json', 400],
    ['a format we do not read', '<a/>', 'application/xml', 415],
    ['too much', JSON.stringify({ name: 'x'.repeat(300_000) }), 'application/json', 413],
    ['a NUL', '{"name":"a\\u0000"}', 'application/json', 422],
    ['half a character', '{"name":"\\ud800"}', 'application/json', 422],
    ['a prototype', '{"__proto__":{"a":1}}', 'application/json', 400],
  ])('refuses %s as a problem', async (_what, sent, type, status) => {
    const { body } = await web.post('/api/v1/things').set('content-type', type).send(sent).expect(status);
    expect(body).toMatchObject({ status, type: expect.stringMatching(/^\/problems\/[a-z-]+$/) });
    await web.get(body.type).expect(200);
  });

  it('keeps what was typed while the database is away, to be sent again as it is', async () => {
    app.get(PagesOptions).isOutage = (error) => error instanceof Error && error.message.includes('away');
    const said = { name: '"Zoë" <b>', days: ['1', '2'] };
    const answer = await web.post('/away?step=2').type('form').send(said).expect(503);
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', 'retry-after': '10' });
    expect(answer.text).toContain('We cannot do that just now');
    expect(answer.text).toContain('<form method="post" action="/away?step&#x3D;2">');
    expect(answer.text).toContain('name="name" value="&quot;Zoë&quot; &lt;b&gt;"');
    expect(answer.text.match(/name="days" value="[12]"/g)).toHaveLength(2);
    const secret = await web.post('/away').type('form').send({ code: '123456' }).expect(503);
    expect(secret.text).not.toContain('123456');
    app.get(PagesOptions).isOutage = () => false;
    expect((await web.post('/away').type('form').send(said).expect(500)).text).not.toContain('name="days"');
  });

  it('says where text stands that cannot be read', async () => {
    const sent = { name: 'x', places: [{ town: 'Poole' }, { town: 'Po\0le' }] };
    const { body } = await web.post('/api/v1/things').send(sent).expect(422);
    expect(body).toMatchObject({
      type: '/problems/unreadable-text',
      errors: [{ field: 'places.1.town', message: 'Type this again, using only letters, numbers and signs' }],
    });
  });

  it('refuses a NUL in a path or query', async () => {
    await web.get('/thanks/a%00b').expect(422);
    await web.get('/contact?a=%00').expect(422);
  });

  it('gives a reference for what nobody expected, and nothing else', async () => {
    const { text } = await web.get('/broken').expect(500);
    expect(text).toMatch(/<bdi dir="ltr">\d{10}<\/bdi>/);
    expect(text).not.toContain('Margaret');
    const { body } = await web.get('/broken').set('accept', 'application/json').expect(500);
    expect(Object.keys(body).sort()).toEqual(['detail', 'instance', 'reference', 'status', 'title', 'type']);
  });

  it('says when to try again', async () => {
    const { headers } = await web.get('/busy').expect(429);
    expect(headers['retry-after']).toBe('12');
  });
});
