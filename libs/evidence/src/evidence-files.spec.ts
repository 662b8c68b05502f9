import type { Actor } from '@carers/audit';
import { Audit } from '@carers/audit';
import { Database } from '@carers/database';
import { SchemeService } from '@carers/places';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../../test/support/app.js';
import { StandInClamd } from '../../../test/support/clamd.js';
import { inPieces, pdfOf, picture } from '../../../test/support/files.js';
import { Given } from '../../../test/support/given.js';
import { EvidenceEvents } from './evidence-events.js';
import { EvidenceFiles } from './evidence-files.js';
import { EvidenceSchedule } from './evidence.jobs.js';
import { EvidenceHeld, EvidenceNotFound } from './evidence.problems.js';

const by: Actor = { kind: 'system', id: 'test' };
const stand = new StandInClamd(['a bad thing']);

describe('evidence', () => {
  let running: TestApp;
  let files: EvidenceFiles;
  let database: Database;
  let port: number;
  const told: string[] = [];
  let owner: { kind: string; id: string };
  let number = 0;

  beforeAll(async () => {
    port = await stand.start();
    running = await startTestApp({ env: { CLAMD_HOST: '127.0.0.1', CLAMD_PORT: String(port) } });
    await new Given(running).scheme();
    files = running.get(EvidenceFiles);
    database = running.get(Database);
    files['logger'].localInstance.setLogLevels?.([]);
    for (const event of ['released', 'refused'] as const) {
      running.get(EvidenceEvents).on(event, async (_tx, { id }) => void told.push(`${event} ${id}`));
    }
  });
  afterAll(async () => {
    await running?.close();
    await stand.stop();
  });
  beforeEach(() => {
    owner = { kind: 'check', id: `00000000-0000-7000-8000-${String(++number).padStart(12, '0')}` };
    told.length = 0;
  });
  afterEach(async () => {
    await stand.stop();
    await stand.start(port);
  });

  const keep = (bytes: Uint8Array, whose = owner) =>
    files.keep({ owner: whose, name: 'Insurance.pdf', bytes: inPieces(bytes), by });
  const contents = async (id: string) =>
    (await database.query<{ sealed: Buffer }>('SELECT sealed FROM evidence_content WHERE file_id = $1', [id]))[0]
      ?.sealed;

  it('is kept sealed, opened whole, and written down', async () => {
    const sent = await pdfOf(['secret words']);
    const file = await keep(sent);
    expect(file).toMatchObject({ state: 'ready', name: 'Insurance.pdf', mediaType: 'application/pdf', pages: 1 });
    const sealed = await contents(file.id);
    expect(sealed!.includes('%PDF')).toBe(false);
    expect((await files.open(file.id)).bytes.equals(sent)).toBe(true);
    const [row] = await database.query<{ file_name: string }>('SELECT file_name FROM evidence_file WHERE id = $1', [
      file.id,
    ]);
    expect(row!.file_name).toMatch(/^v1\./);
    const [event] = await running.get(Audit).historyOf({ kind: 'evidence', id: file.id });
    expect(event).toMatchObject({ action: 'evidence.kept' });
    expect(JSON.stringify(event)).not.toContain('Insurance');
  });

  it('cannot be put in another’s place', async () => {
    const [one, two] = [await keep(await pdfOf(['one'])), await keep(await pdfOf(['two']))];
    await database.transaction((tx) =>
      tx.query(
        `UPDATE evidence_content SET sealed = (SELECT sealed FROM evidence_content WHERE file_id = $1) WHERE file_id = $2`,
        [one.id, two.id],
      ),
    );
    await expect(files.open(two.id)).rejects.toThrow('altered');
  });

  it('of the same bytes is one file for one owner, also when sent at once, and another for another', async () => {
    const sent = await picture(50, 50).jpeg().toBuffer();
    const ids = await Promise.all([keep(sent), keep(sent), keep(sent)]);
    expect(new Set(ids.map(({ id }) => id)).size).toBe(1);
    const other = { kind: 'check', id: '00000000-0000-7000-8000-00000000ffff' };
    expect((await keep(sent, other)).id).not.toBe(ids[0].id);
    expect(await files.of([owner, other])).toHaveLength(2);
  });

  it('that the scanner knows is refused at once, and nothing of it is kept', async () => {
    await expect(keep(await pdfOf(['x'], (d) => (d.info.Title = 'a bad thing')))).rejects.toMatchObject({
      slug: 'file-infected',
    });
    expect(await files.of([owner])).toEqual([]);
  });

  it('is held while the scanner is down, opens for nobody, and is ready when it is back', async () => {
    await stand.stop();
    const file = await keep(await pdfOf(['good']));
    expect(file.state).toBe('held');
    await expect(files.open(file.id)).rejects.toThrow(EvidenceHeld);
    expect((await running.get(Audit).historyOf({ kind: 'evidence', id: file.id }))[0]).toMatchObject({
      details: { state: 'held' },
    });
    await files.scanAgain(file.id);
    expect(await files.get(file.id)).toMatchObject({ state: 'held', tries: 1 });
    await stand.start(port);
    await Promise.all([files.scanAgain(file.id), files.scanAgain(file.id)]);
    expect(await files.get(file.id)).toMatchObject({ state: 'ready' });
    expect((await files.open(file.id)).bytes.subarray(0, 4).toString()).toBe('%PDF');
    expect(told).toEqual([`released ${file.id}`]);
  });

  it('that was held is refused after all, told of once, and its bytes are gone', async () => {
    await stand.stop();
    const file = await keep(await pdfOf(['x'], (d) => (d.info.Title = 'a bad thing')));
    await stand.start(port);
    await files.scanAgain(file.id);
    expect(await files.get(file.id)).toMatchObject({ state: 'refused', refusedBecause: 'file-infected', sha256: null });
    expect(await contents(file.id)).toBeUndefined();
    expect(told).toEqual([`refused ${file.id}`]);
    await expect(files.open(file.id)).rejects.toThrow(EvidenceNotFound);
  });

  it('has the scanner asked again by a job, later each time', async () => {
    await stand.stop();
    const { id } = await keep(await pdfOf(['again']));
    await files.scanAgain(id);
    const jobs = await database.query<{ minutes: number }>(
      `SELECT round(extract(epoch FROM start_after - $2::timestamptz) / 60)::int AS minutes FROM queue.job
        WHERE name = 'evidence.scan-held' AND data ->> 'fileId' = $1 ORDER BY start_after`,
      [id, running.clock.now()],
    );
    expect(jobs.map(({ minutes }) => minutes)).toEqual([1, 2]);
  });

  it('is erased with its name, and the row tells that there was one', async () => {
    const file = await keep(await pdfOf(['gone soon']));
    await database.transaction((tx) => files.erase(tx, file.id, 'sent by mistake', by));
    await database.transaction((tx) => files.erase(tx, file.id, 'again', by));
    expect(await files.get(file.id)).toMatchObject({ state: 'erased', name: null, erasedWhy: 'sent by mistake' });
    expect(await contents(file.id)).toBeUndefined();
    await expect(files.open(file.id)).rejects.toThrow(EvidenceNotFound);
    expect((await keep(await pdfOf(['gone soon']))).id).not.toBe(file.id);
  });

  it('goes by itself when its time after the end has passed, and not where it goes on', async () => {
    const [ended, goesOn] = [
      await keep(await pdfOf(['ended'])),
      await keep(await pdfOf(['on']), { kind: 'visit', id: owner.id }),
    ];
    const today = running.clock.today();
    await database.transaction(async (tx) => {
      await files.ended(tx, [owner, { kind: 'visit', id: owner.id }], today);
      await files.ended(tx, [{ kind: 'visit', id: owner.id }], null);
    });
    const { retention } = await running.get(SchemeService).policyOn(today);
    const night = async () => {
      await running.get(EvidenceSchedule).ask();
      await running.work();
    };
    running.clock.advance({ days: retention.evidence - 1 });
    await night();
    expect((await files.get(ended.id)).state).toBe('ready');
    running.clock.advance({ days: 1 });
    await night();
    expect(await files.get(ended.id)).toMatchObject({ state: 'erased', erasedWhy: 'retention' });
    expect((await files.get(goesOn.id)).state).toBe('ready');
  });
});
