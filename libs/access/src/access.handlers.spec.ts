import { AuditModule } from '@carers/audit';
import { Database, DatabaseModule, KernelModule } from '@carers/database';
import { JobsModule } from '@carers/jobs';
import { Clock, SetClock } from '@carers/kernel';
import { MessagesModule } from '@carers/messages';
import { DemoBrandModule } from '@carers/pages';
import { SettingsModule } from '@carers/settings';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { testDatabase } from '../../../test/support/database.js';
import { testSettings } from '../../../test/support/settings.js';
import { ForgetExpiredHandler, SendSignInHandler } from './access.handlers.js';
import { AccessJobsModule } from './access.module.js';
import { Accounts } from './accounts.js';
import { hashOfContact, readEmail } from './contact.js';
import { Limits } from './limits.js';
import { SignIn } from './sign-in.js';

const clock = new SetClock('2026-11-21T10:00:00Z');
let app: TestingModule;
let database: Database;

beforeAll(async () => {
  app = await Test.createTestingModule({
    imports: [
      SettingsModule.with(testSettings(await testDatabase())),
      KernelModule,
      DatabaseModule.connectedAs('access handlers spec'),
      JobsModule.for('asks'),
      AuditModule,
      DemoBrandModule,
      MessagesModule,
      AccessJobsModule,
    ],
    providers: [SignIn, Limits],
  })
    .overrideProvider(Clock)
    .useValue(clock)
    .compile();
  await app.init();
  database = app.get(Database);
});
afterAll(() => app?.close());

async function count(table: 'sign_in_challenge' | 'outgoing_message'): Promise<number> {
  return (await database.query<{ n: number }>(`SELECT count(*) AS n FROM ${table}`))[0]!.n;
}

it('queues one message for one wish to sign in, however often the job runs', async () => {
  await database.transaction((tx) => app.get(Accounts).ensure(tx, { email: 'pat@example.org', name: 'Pat' }));
  const pat = readEmail('pat@example.org')!;
  await app.get(SignIn).ask(pat, '', '192.0.2.1');
  const [challenge] = await database.query<{ id: string }>('SELECT id FROM sign_in_challenge WHERE contact_hash = $1', [
    hashOfContact(pat),
  ]);
  const job = { challengeId: challenge!.id };
  const handler = app.get(SendSignInHandler);
  await Promise.all([handler.handle(job), handler.handle(job)]);
  await handler.handle(job);
  expect(await count('outgoing_message')).toBe(1);
});

it('forgets wishes to sign in a day after they ran out, not before', async () => {
  const before = await count('sign_in_challenge');
  expect(before).toBeGreaterThan(0);
  clock.advance({ hours: 24 });
  await app.get(ForgetExpiredHandler).handle();
  expect(await count('sign_in_challenge')).toBe(before);
  clock.advance({ minutes: 11 });
  await app.get(ForgetExpiredHandler).handle();
  expect(await count('sign_in_challenge')).toBe(0);
});
