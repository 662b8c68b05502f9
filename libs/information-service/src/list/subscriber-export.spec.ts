import { setImmediate } from 'node:timers/promises';
import type { Audit } from '@carers/audit';
import type { Database } from '@carers/database';
import type { Words } from '@carers/pages';
import type { SchemeService } from '@carers/places';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { SubscriberExport } from './subscriber-export.js';
import type { PagePlace, SubscriberLine, Subscribers } from './subscribers.js';

const actor = { kind: 'system', id: 'test' } as const;
const people = 20_000;

/** A long list, and how much of it was asked for. */
let read: number;
let mostAtOnce: number;
const list = (_sought: unknown, _scope: unknown, { after, size = 50 }: PagePlace) => {
  const from = Number(after ?? 0);
  const lines = Array.from({ length: Math.min(size, people - from) }, (_, index) => lineOf(from + index));
  read += lines.length;
  mostAtOnce = Math.max(mostAtOnce, lines.length);
  return Promise.resolve({ lines, next: from + size < people ? String(from + size) : null });
};
const find = (_entity: unknown, { where }: { where: { id: { value: string[] } } }) =>
  Promise.resolve(where.id.value.map((id) => ({ id, email: `${id}@people.example` })));
const words = { t: (key: string) => key, list: (values: string[]) => values.join(', ') } as unknown as Words;

function open() {
  const service = new SubscriberExport(
    { list } as unknown as Subscribers,
    { reader: { find } } as unknown as Database,
    { current: () => Promise.resolve({ regions: [] }) } as unknown as SchemeService,
    { note: () => Promise.resolve() } as unknown as Audit,
  );
  return service.csv({ filter: {} as never }, null, 'For a test', actor, words);
}

/** Lets everything happen that waits for nobody. */
async function settled(): Promise<void> {
  for (let before = -1; before !== read;) {
    before = read;
    for (let turn = 0; turn < 50; turn++) await setImmediate();
  }
}

describe('the list as a file', () => {
  beforeEach(() => {
    read = mostAtOnce = 0;
  });

  it('is read no faster than it is taken', async () => {
    const file = await open();
    await settled();
    // What streams hold ready: some hundred people, of however many.
    const ready = read;
    expect(ready).toBeGreaterThan(0);
    expect(ready).toBeLessThan(2_000);
    expect(String(file.read())).toContain('Hale 0');
    await settled();
    expect(read).toBeGreaterThan(ready);
    expect(read).toBeLessThan(2 * ready + 100);
    file.destroy();
    const stopped = read;
    await settled();
    expect(read - stopped).toBeLessThanOrEqual(mostAtOnce);
    expect(mostAtOnce).toBeLessThanOrEqual(100);
  });

  it('is whole, and goes out in few pieces', async () => {
    let pieces = 0;
    let text = '';
    for await (const piece of await open()) {
      pieces++;
      text += String(piece);
    }
    expect(text.split('\r\n')).toHaveLength(people + 2);
    expect(text).toContain('c19999@people.example');
    expect(pieces).toBeLessThan(text.length / 16_000 + 2);
  });
});

function lineOf(index: number): SubscriberLine {
  return {
    id: `s${index}`,
    cardholderId: `c${index}`,
    firstName: 'Margaret',
    lastName: `Hale ${index}`,
    regionId: 'r',
    sourceKind: 'web' as never,
    sourceCode: null,
    registeredAt: new Date('2026-11-22T10:00:00Z'),
    leftAt: null,
    pausedUntil: null,
    locale: 'en-GB',
    format: 'standard',
    topics: [],
    caringRoles: [],
    ageBand: null,
    reach: ['carers_information email'],
  };
}
