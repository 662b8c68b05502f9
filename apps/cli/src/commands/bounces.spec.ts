import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Sendings } from '@carers/bulletins';
import { Database } from '@carers/database';
import { bundledScheme, SchemeService } from '@carers/places';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Command } from 'commander';
import { carersInBulk } from '../../../../test/support/carers-in-bulk.js';
import { givenBulletin, officerOf } from '../../../../test/support/given-bulletin.js';
import { SmtpSink } from '../../../../test/support/smtp-sink.js';
import { startTestWorker, type TestWorker } from '../../../../test/support/worker.js';
import { addBouncesCommand } from './bounces.js';

const sink = new SmtpSink();
let running: TestWorker;
let folder: string;
let senders: string[];

beforeAll(async () => {
  const env = { SMTP_URL: await sink.open(), BOUNCE_ADDRESS: 'bounces@card.example' };
  running = await startTestWorker({ at: '2026-11-24T10:00:00Z', env });
  await running.get(SchemeService).loadScheme(await bundledScheme('dorset'));
  const { carersServiceId } = await carersInBulk(running.app, 3, () => 'email');
  const officer = await officerOf(running.app, 'first', carersServiceId);
  const id = await givenBulletin(running.app, carersServiceId, officer);
  await running.get(Sendings).confirm(id, null, officer);
  await running.work();
  senders = sink.mails.map(({ from }) => from);
  folder = mkdtempSync(join(tmpdir(), 'bounces-'));
});
afterAll(async () => {
  await running?.close();
  await sink.close();
  rmSync(folder, { recursive: true, force: true });
});

async function imported(mailbox: string): Promise<unknown> {
  const answers: unknown[] = [];
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  addBouncesCommand(program, {
    inApp: (work) => work(running.get),
    answer: (json) => void answers.push(json),
    progress: () => undefined,
  });
  await program.parseAsync(['bounces:import', mailbox], { from: 'user' });
  return answers[0];
}

/** As a mail server sends it (RFC 3464), to the address that the copy came from. */
const report = (to: string, status: string) =>
  [
    'From: MAILER-DAEMON@mx.example',
    `To: ${to}`,
    'Subject: Undelivered mail',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    'From here on it could not be delivered.',
    '',
    '--b',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.example',
    '',
    'Final-Recipient: rfc822; person@sink.example',
    'Action: failed',
    `Status: ${status}`,
    '',
    '--b--',
    '',
  ].join('\n');
const states = async () =>
  (await running.get(Database).query<{ state: string }>('SELECT state FROM delivery ORDER BY state')).map(
    ({ state }) => state,
  );

describe('bounces:import', () => {
  it('reads a Maildir, new and read mails, and changes nothing the second time', async () => {
    for (const part of ['new', 'cur', 'tmp']) mkdirSync(join(folder, 'Maildir', part), { recursive: true });
    writeFileSync(join(folder, 'Maildir', 'new', '1.mx'), report(senders[0]!, '5.1.1'));
    writeFileSync(
      join(folder, 'Maildir', 'cur', '2.mx:2,S'),
      'From: a@b.example\nSubject: I am away\n\nBack on Monday\n',
    );
    writeFileSync(join(folder, 'Maildir', 'tmp', '3.mx'), report(senders[2]!, '5.1.1'));
    const path = join(folder, 'Maildir');
    expect(await imported(path)).toEqual({ read: 2, hard: 1, soft: 0, complaints: 0, leftAlone: 1 });
    expect(await states()).toEqual(['bounced', 'sent', 'sent']);
    await imported(path);
    expect(await states()).toEqual(['bounced', 'sent', 'sent']);
    expect(await running.get(Database).query('SELECT reason FROM suppressed_address')).toEqual([{ reason: 'bounced' }]);
  });

  it('reads an mbox, also where a line of a mail begins as its separator does', async () => {
    const quote = (mail: string) => mail.replace('\nFrom here', '\n>From here');
    const quoted = quote(report(senders[1]!, '4.2.2'));
    const forged = quote(report(senders[2]!.replace(/\.[0-9a-f]{16}@/, '.0000000000000000@'), '5.1.1'));
    const separator = 'From MAILER-DAEMON Tue Nov 24 10:00:00 2026\n';
    writeFileSync(join(folder, 'mbox'), `${separator}${quoted}\n${separator}${forged}\n`);
    expect(await imported(join(folder, 'mbox'))).toEqual({ read: 2, hard: 0, soft: 1, complaints: 0, leftAlone: 1 });
    expect(await states()).toEqual(['bounced', 'bounced', 'sent']);
  });

  it('says in a sentence what is no mailbox', async () => {
    await expect(imported(join(folder, 'nowhere'))).rejects.toThrow('There is no');
    await expect(imported(folder)).rejects.toThrow('is not a Maildir');
  });
});
