import { describe, expect, it } from '@jest/globals';
import { Gate, GateFull } from './gate.js';

describe('a gate', () => {
  it('lets no more in than it has places, in their order, and goes on after a fault', async () => {
    const gate = new Gate(2);
    const done: number[] = [];
    let [inside, most] = [0, 0];
    const work = (at: number) => async () => {
      most = Math.max(most, ++inside);
      await new Promise(setImmediate);
      inside--;
      done.push(at);
      if (at % 3 === 0) throw new Error(`fault ${at}`);
    };
    const all = await Promise.allSettled(Array.from({ length: 10 }, (_, at) => gate.pass(work(at))));
    expect(most).toBe(2);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(all.filter(({ status }) => status === 'rejected')).toHaveLength(4);
  });

  it('sends away whom it has no room to wait for', async () => {
    const gate = new Gate(1, 1);
    const leave = Promise.withResolvers<void>();
    const first = gate.pass(() => leave.promise);
    const second = gate.pass(async () => 'in');
    await expect(gate.pass(async () => 'third')).rejects.toThrow(GateFull);
    leave.resolve();
    await first;
    expect(await second).toBe('in');
    expect(await gate.pass(async () => 'again')).toBe('again');
  });
});
