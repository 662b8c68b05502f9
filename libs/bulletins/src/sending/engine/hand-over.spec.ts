import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Outcome } from '../providers.js';
import { HandOver, type Journal } from './hand-over.js';

/** A journal whose commits end when the test says so, and that remembers what a crash would find. */
class TestJournal implements Journal {
  readonly writes: { outcomes: string[]; inDoubt: string[] }[] = [];
  private pending: { done: () => void; fail: (error: Error) => void }[] = [];
  /** What the database holds: written once a commit ended. */
  inDoubt: string[] = [];
  readonly sent = new Set<string>();

  async write(outcomes: readonly Outcome[], inDoubt: readonly string[]): Promise<void> {
    this.writes.push({ outcomes: outcomes.map(({ deliveryId }) => deliveryId), inDoubt: [...inDoubt] });
    await new Promise<void>((done, fail) => this.pending.push({ done, fail }));
    this.inDoubt = [...inDoubt];
    for (const { deliveryId } of outcomes) this.sent.add(deliveryId);
  }

  get busy(): boolean {
    return this.pending.length > 0;
  }

  async commit(): Promise<void> {
    this.pending.shift()?.done();
    await settled();
  }

  async refuse(): Promise<void> {
    this.pending.shift()?.fail(new Error('gone'));
    await settled();
  }
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('the gate before the end of a message', () => {
  it('lets nothing through before the journal says that it may leave', async () => {
    const journal = new TestJournal();
    const gate = new HandOver(journal, 1);
    let through = false;
    void gate.pass('a').then(() => (through = true));
    await settled();
    expect([through, journal.writes]).toEqual([false, [{ outcomes: [], inDoubt: ['a'] }]]);
    await journal.commit();
    expect(through).toBe(true);
  });

  it('writes what became of one with the leave of the next, in one commit', async () => {
    const journal = new TestJournal();
    const gate = new HandOver(journal, 1);
    void gate.pass('a');
    await journal.commit();
    void gate.pass('b');
    await settled();
    expect(journal.busy).toBe(false);
    gate.settle({ deliveryId: 'a', result: 'sent' });
    expect(journal.writes.at(-1)).toEqual({ outcomes: ['a'], inDoubt: ['b'] });
  });

  it('lets nothing more through once its journal has failed, and says so to whoever asks', async () => {
    const journal = new TestJournal();
    const gate = new HandOver(journal, 1);
    const first = gate.pass('a');
    const second = gate.pass('b');
    const both = Promise.allSettled([first, second]);
    await journal.refuse();
    expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(gate.pass('c')).rejects.toThrow('gone');
    await expect(gate.written()).rejects.toThrow('gone');
  });

  it('forgets who broke off while it waited, so that nobody waits for it', async () => {
    const journal = new TestJournal();
    const gate = new HandOver(journal, 1);
    const passed: string[] = [];
    const ask = (id: string) => void gate.pass(id).then(() => passed.push(id), () => passed.push(`not ${id}`)); // prettier-ignore
    ask('a');
    await journal.commit();
    ask('b');
    ask('c');
    await settled();
    gate.withdraw('b');
    gate.settle({ deliveryId: 'a', result: 'sent' });
    await journal.commit();
    expect([passed, journal.inDoubt]).toEqual([['a', 'not b', 'c'], ['c']]);
  });

  it('never has more in doubt than it may, whatever the order of answers and commits', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.constantFrom('ask', 'answer', 'commit'), { maxLength: 120 }),
        async (most, steps) => {
          const journal = new TestJournal();
          const gate = new HandOver(journal, most);
          const beyond: string[] = [];
          const ended = new Set<string>();
          let asked = 0;
          for (const step of steps) {
            if (step === 'ask') {
              const id = `${asked++}`;
              void gate.pass(id).then(() => {
                beyond.push(id);
                ended.add(id);
              });
            } else if (step === 'commit') await journal.commit();
            else {
              const id = beyond.shift();
              if (id !== undefined) gate.settle({ deliveryId: id, result: 'sent' });
            }
            await settled();
            // A crash now: what has left and is not written as sent must be what the journal names as in doubt.
            const doubtful = [...ended].filter((id) => !journal.sent.has(id));
            expect(doubtful.length).toBeLessThanOrEqual(most);
            expect(journal.inDoubt).toEqual(expect.arrayContaining(doubtful));
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});
