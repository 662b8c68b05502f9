import { Database } from '@carers/database';
import { JobRunner } from '@carers/jobs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';

describe('health', () => {
  let running: TestApp;
  beforeAll(async () => {
    running = await startTestApp();
  });
  afterAll(() => running.close());

  it('says that the process is alive', async () => {
    await running.browser().get('/health/live').expect(200, { status: 'ok' });
  });

  it('says that database and queue answer', async () => {
    const { body } = (await running.browser().get('/health/ready').expect(200)) as { body: { details: object } };
    expect(body.details).toEqual({ database: { status: 'up' }, queue: { status: 'up' } });
  });

  it('lacks nobody to do a job', () => {
    expect(
      running
        .get(JobRunner)
        .orphans()
        .filter((name) => !name.startsWith('test.')),
    ).toEqual([]);
  });
});

describe('while every connection to the database is busy', () => {
  it('asks people and machines to try again soon, and works again afterwards', async () => {
    const running = await startTestApp({ env: { DATABASE_POOL_SIZE: '2', DATABASE_WAIT_SECONDS: '1' } });
    try {
      const { pool } = running.get(Database);
      const taken = await Promise.all([pool.connect(), pool.connect()]);
      const [api, offers] = await Promise.all([
        running.browser().get('/api/v1/categories'),
        running.browser().get('/offers').set('accept', 'text/html'),
      ]);
      for (const client of taken) client.release();
      expect(api.status).toBe(503);
      expect(api.headers).toMatchObject({
        'retry-after': '10',
        'content-type': expect.stringContaining('problem+json'),
      });
      expect(api.body).toMatchObject({ type: '/problems/not-available', status: 503 });
      expect(offers.status).toBe(503);
      expect(offers.text).toContain('try again in a few minutes');
      await running.browser().get('/health/ready').expect(200);
      await running.browser().get('/sign-in').expect(200);
    } finally {
      await running.close();
    }
  });
});
