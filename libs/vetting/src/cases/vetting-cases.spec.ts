import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Given } from '../../../../test/support/given.js';
import { startTestApp, type TestApp } from '../../../../test/support/app.js';
import { type CaseState, caseStates } from './case-moves.js';

describe('a vetting case', () => {
  let running: TestApp;
  let given: Given;
  beforeAll(async () => {
    running = await startTestApp();
    given = new Given(running);
    await given.scheme();
  });
  afterAll(() => running?.close());

  it.each(caseStates.map((state) => [state]))('can be made in the state %s', async (state: CaseState) => {
    const made = await given.case({ state });
    expect(made.case.state).toBe(state);
  });
});
