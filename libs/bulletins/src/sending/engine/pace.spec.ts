import { Database } from '@carers/database';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestWorker, type TestWorker } from '../../../../../test/support/worker.js';
import { Pace } from './pace.js';

/** Writes down when each copy may go, and waits for none: at a copy a minute, a slow machine changes nothing. */
class Planned extends Pace {
  readonly moments: number[] = [];
  private early = 0;

  override async take(provider: 'smtp' | 'notify', perMinute: number | null): Promise<void> {
    this.early = 0;
    await super.take(provider, perMinute);
    this.moments.push(performance.now() + this.early);
  }

  protected override wait(early: number): Promise<void> {
    this.early = early;
    return Promise.resolve();
  }
}

describe('the rate at which a provider is given copies', () => {
  let running: TestWorker;
  beforeAll(async () => {
    running = await startTestWorker();
  });
  afterAll(() => running?.close());
  beforeEach(() => running.get(Database).query('DELETE FROM delivery_provider'));

  const taken = async (pace: Planned, copies: number, provider: 'smtp' | 'notify' = 'smtp') => {
    for (let copy = 0; copy < copies; copy++) await pace.take(provider, 1);
  };

  it('is shared by all workers: no two copies go within the same minute', async () => {
    const workers = [new Planned(running.get(Database)), new Planned(running.get(Database))];
    await Promise.all(workers.map((worker) => taken(worker, 20)));
    const moments = workers.flatMap((worker) => worker.moments).sort((one, other) => one - other);
    const gaps = moments.slice(1).map((moment, index) => moment - moments[index]!);
    expect(gaps).toHaveLength(39);
    expect(Math.min(...gaps)).toBeGreaterThan(30_000);
    expect(Math.max(...gaps)).toBeLessThan(90_000);
    expect(workers.map((worker) => worker.moments.length)).toEqual([20, 20]);
  });

  it('lets the first go at once, and counts each provider by itself', async () => {
    const pace = new Planned(running.get(Database));
    await taken(pace, 1, 'smtp');
    await taken(pace, 1, 'notify');
    const [first, second] = pace.moments as [number, number];
    expect(second - first).toBeLessThan(30_000);
  });

  it('asks nobody where there is no limit', async () => {
    const pace = new Planned(running.get(Database));
    for (let copy = 0; copy < 100; copy++) await pace.take('smtp', null);
    expect(await running.get(Database).query('SELECT 1 FROM delivery_provider')).toEqual([]);
  });
});
