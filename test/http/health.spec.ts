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
});
