import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { type Database, Sealing, useSealing } from '@carers/database';
import { PrintFiles } from './print-file.js';

const runId = '0192aaaa-0000-7000-8000-000000000001';

/** Rows of the file of a run, as the database would hold them. */
class Rows {
  readonly pieces = new Map<number, Buffer>();
  /** Statements that wait for an answer. */
  waiting: (() => void)[] | null = null;

  async query(sql: string, [, number, bytes]: [string, number, Buffer]): Promise<{ bytes: Buffer }[]> {
    if (sql.startsWith('DELETE')) this.pieces.clear();
    if (sql.startsWith('INSERT')) {
      if (this.waiting) await new Promise<void>((done) => this.waiting!.push(done));
      this.pieces.set(number, Buffer.from(bytes));
    }
    const found = this.pieces.get(number);
    return sql.startsWith('SELECT') && found ? [{ bytes: found }] : [];
  }
}

describe('the file of a print run', () => {
  beforeAll(() => useSealing(new Sealing([{ id: 'a', key: Buffer.alloc(32, 7) }])));

  it('comes back as it was, whatever the lengths in which it was written', async () => {
    const rows = new Rows();
    const files = new PrintFiles(rows as unknown as Database);
    const { out, written } = await files.writer(runId);
    const file = Buffer.alloc(900_000, 'all sorts of bytes ');
    let from = 0;
    for (const length of [1, 262_143, 1, 600_000, 37_855]) {
      out.write(file.subarray(from, from + length));
      from += length;
    }
    out.end();
    await finished(out);
    expect(written()).toEqual({ bytes: 900_000, sha256: createHash('sha256').update(file).digest('hex') });
    expect((await buffer(files.read(runId))).equals(file)).toBe(true);
    const lengths = [...rows.pieces.values()].map(({ length }) => length);
    expect(lengths).toHaveLength(4);
    for (const length of lengths) expect(length).toBeLessThan(263_000);
  });

  it('is taken no faster than it is stored', async () => {
    const rows = new Rows();
    rows.waiting = [];
    const { out } = await new PrintFiles(rows as unknown as Database).writer(runId);
    expect(out.write(Buffer.alloc(300_000))).toBe(false);
    expect(rows.waiting).toHaveLength(1);
    expect(rows.pieces.size).toBe(0);
    const drained = once(out, 'drain');
    rows.waiting[0]!();
    await drained;
    expect(rows.pieces.size).toBe(1);
  });
});
