import { Database } from '@carers/database';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../../test/support/app.js';
import { Audit } from './audit.js';
import { withOrigin } from './origin.js';

describe('the audit trail', () => {
  let running: TestApp;
  let audit: Audit;
  beforeAll(async () => {
    running = await startTestApp();
    audit = running.get(Audit);
  });
  afterAll(() => running?.close());
  const subject = { kind: 'card', id: 'one' };
  const actor = { kind: 'system', id: 'test' } as const;

  it('tells who did what, why, when and from where', async () => {
    await withOrigin({ requestId: '1234567890', address: '192.0.2.1' }, () =>
      audit.note({
        action: 'card.suspended',
        subject,
        actor: { kind: 'account', id: 'a', role: 'registrar' },
        reason: 'asked to',
      }),
    );
    const [event] = await audit.historyOf(subject);
    expect(event).toMatchObject({
      action: 'card.suspended',
      actorKind: 'account',
      actorRole: 'registrar',
      reason: 'asked to',
      happenedAt: running.clock.now(),
      requestId: '1234567890',
      fromAddress: '192.0.2.1',
    });
  });

  it('goes with the change it tells of', async () => {
    const failing = running.get(Database).transaction(async (tx) => {
      await audit.record(tx, { action: 'card.revoked', subject: { kind: 'card', id: 'two' }, actor });
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await audit.historyOf({ kind: 'card', id: 'two' })).toEqual([]);
  });

  it('cannot be changed, shortened or emptied, not even by the program', async () => {
    const database = running.get(Database);
    await audit.note({ action: 'card.lifted', subject, actor });
    for (const attempt of [
      `UPDATE audit_event SET reason = 'nicer'`,
      'DELETE FROM audit_event',
      'TRUNCATE audit_event',
    ]) {
      await expect(database.query(attempt)).rejects.toThrow(/only ever added/);
    }
    expect(await audit.historyOf(subject)).toHaveLength(2);
  });
});
