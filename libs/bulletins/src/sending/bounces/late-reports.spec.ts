import { Cardholder, PersonErasure } from '@carers/cards';
import { Database, keyedHash, sealing } from '@carers/database';
import { Subscriber } from '@carers/information-service';
import { Messages } from '@carers/messages';
import { bundledScheme, SchemeService } from '@carers/places';
import { type Channel, Suppressions } from '@carers/suppression';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type BulkCarer, carersInBulk } from '../../../../../test/support/carers-in-bulk.js';
import { givenBulletin, officerOf } from '../../../../../test/support/given-bulletin.js';
import { NotifyStandIn } from '../../../../../test/support/notify/stand-in.js';
import { SmtpSink } from '../../../../../test/support/smtp-sink.js';
import { startTestWorker, type TestWorker } from '../../../../../test/support/worker.js';
import type { Officer } from '../officer.js';
import { Sendings } from '../sendings.js';
import { BounceImport } from './bounce-import.js';
import { type Report, Settlements } from './settlements.js';

const system = { kind: 'system', id: 'test' } as const;

describe('a report of a copy', () => {
  const sink = new SmtpSink();
  const notify = new NotifyStandIn();
  let running: TestWorker;
  let service: string;
  let carers: BulkCarer[];
  let officer: Officer;
  let moves = 0;
  const query = <Row extends object>(text: string, values: unknown[] = []) =>
    running.get(Database).query<Row>(text, values);

  beforeAll(async () => {
    running = await startTestWorker({
      env: {
        SMTP_URL: await sink.open(),
        BOUNCE_ADDRESS: 'bounces@card.example',
        NOTIFY_API_URL: await notify.open(),
        NOTIFY_API_KEY: 'test-11111111-1111-4111-8111-111111111111-22222222-2222-4222-8222-222222222222',
        NOTIFY_TEXT_TEMPLATE: '33333333-3333-4333-8333-333333333333',
        NOTIFY_PER_MINUTE: '100000',
      },
      at: '2026-11-24T10:00:00Z',
    });
    await running.get(SchemeService).loadScheme(await bundledScheme('dorset'));
    ({ carersServiceId: service, carers } = await carersInBulk(running.app, 4, (at) => (at < 3 ? 'email' : 'text')));
    officer = await officerOf(running.app, 'first', service);
  });
  afterAll(async () => {
    await running?.close();
    await sink.close();
    await notify.close();
  });
  beforeEach(async () => {
    sink.mails.length = 0;
    sink.recipient = () => null;
    await query('DELETE FROM suppressed_address');
    await query('DELETE FROM soft_bounce');
  });

  const sent = async () => {
    const id = await givenBulletin(running.app, service, officer);
    await running.get(Sendings).confirm(id, null, officer);
    await running.work();
    return id;
  };
  const copyOf = async (bulletin: string, { subscriberId }: BulkCarer) =>
    (
      await query<{ id: string; state: string; hash: string | null }>(
        'SELECT id, state, address_hash AS hash FROM delivery WHERE bulletin_id = $1 AND subscriber_id = $2',
        [bulletin, subscriberId],
      )
    )[0]!;
  const report = (deliveryId: string, kind: Report['kind']) =>
    running.get(Settlements).take({ deliveryId, kind, at: running.clock.now() });
  const blocked = async (channel: Channel, ...addresses: string[]) => [
    ...(await running.get(Suppressions).blocked(running.get(Database).reader, channel, addresses)).keys(),
  ];
  /** Somebody gives another address. @returns the old and the new */
  const corrected = async (carer: BulkCarer) => {
    const { channel, address: old } = carer;
    const address = channel === 'email' ? `new${++moves}@sink.example` : `+44770012${String(++moves).padStart(4, '0')}`;
    const [column, hash] = channel === 'email' ? ['email', 'email'] : ['mobile', 'mobile'];
    await query(
      `UPDATE cardholder SET ${column} = $2, ${hash}_hash = $3 WHERE id = (SELECT cardholder_id FROM subscriber WHERE id = $1)`,
      [carer.subscriberId, sealing().seal(address, column), keyedHash(address, hash)],
    );
    carer.address = address;
    return { old, address };
  };
  const mails = function* (...raw: string[]) {
    yield* raw;
  };
  /** As a mail server of somewhere else sends it back. */
  const dsn = (envelopeFrom: string, status: string) =>
    `From: MAILER-DAEMON@mx.example\r\nTo: ${envelopeFrom}\r\nMIME-Version: 1.0\r\n` +
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n--b\r\n' +
    'Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n' +
    `Final-Recipient: rfc822; somebody@there.example\r\nAction: failed\r\nStatus: ${status}\r\n\r\n--b--\r\n`;

  describe('that comes after somebody gave another address', () => {
    it.each([0, 3])('stops the one it went to, never the new one (%i)', async (which) => {
      const carer = carers[which]!;
      const { id } = await copyOf(await sent(), carer);
      const { old, address } = await corrected(carer);
      await report(id, 'hard');
      expect(await blocked(carer.channel, old, address)).toEqual([old]);
    });

    it('does so for a bounce in the mailbox', async () => {
      const bulletin = await sent();
      const carer = carers[1]!;
      const mail = sink.mails.find(({ to }) => to === carer.address)!;
      const { old, address } = await corrected(carer);
      expect(await running.get(BounceImport).take(mails(dsn(mail.from, '5.1.1')))).toMatchObject({ hard: 1 });
      expect(await blocked('email', old, address)).toEqual([old]);
      expect((await copyOf(bulletin, carer)).state).toBe('bounced');
    });

    it('counts full mailboxes for the old one, and what arrived there', async () => {
      const carer = carers[2]!;
      const copies = [];
      for (let at = 0; at < 3; at++) copies.push((await copyOf(await sent(), carer)).id);
      const { old, address } = await corrected(carer);
      await report(copies[0]!, 'soft');
      await report(copies[1]!, 'soft');
      expect(await blocked('email', old, address)).toEqual([]);
      const later = (await copyOf(await sent(), carer)).id;
      // The new address takes mail: that says nothing of the old one.
      running.clock.advance({ minutes: 1 });
      await report(later, 'delivered');
      await report(copies[2]!, 'soft');
      expect(await blocked('email', old, address)).toEqual([old]);
    });

    it('stops the one that the mail server refused, though it was corrected meanwhile', async () => {
      const carer = carers[1]!;
      const before = carer.address;
      let correction: Promise<unknown> = Promise.resolve();
      sink.recipient = (to) => {
        if (to !== before) return null;
        correction = corrected(carer);
        return { code: 550, text: '5.1.1 No such mailbox' };
      };
      const { state } = await copyOf(await sent(), carer);
      await correction;
      expect([state, await blocked('email', before, carer.address)]).toEqual(['failed', [before]]);
    });
  });

  describe('that is read a second time', () => {
    /** An officer lets the address be used again. */
    const freed = (channel: Channel, address: string) =>
      running.get(Database).transaction(async (tx) => {
        for (const reason of ['complaint', 'bounced'] as const)
          await running.get(Suppressions).lift(tx, { channel, address, reason }, system);
      });

    it.each(['complaint', 'hard'] as const)('stops no address that was freed since (%s)', async (kind) => {
      const { channel, address, ...carer } = carers[0]!;
      const { id } = await copyOf(await sent(), { channel, address, ...carer });
      // A mailbox is read by two at once, too.
      await Promise.all([report(id, kind), report(id, kind)]);
      expect(await blocked(channel, address)).toEqual([address]);
      await freed(channel, address);
      await report(id, kind);
      expect(await blocked(channel, address)).toEqual([]);
      // Another copy, another report.
      await report((await copyOf(await sent(), carers[0]!)).id, kind);
      expect(await blocked(channel, address)).toEqual([address]);
    });

    it('does not count a full mailbox again after the third', async () => {
      const { address } = carers[1]!;
      const ids = [];
      for (let at = 0; at < 3; at++) ids.push((await copyOf(await sent(), carers[1]!)).id);
      for (const id of ids) await report(id, 'soft');
      expect(await blocked('email', address)).toEqual([address]);
      await freed('email', address);
      for (const id of ids) await report(id, 'soft');
      expect(await blocked('email', address)).toEqual([]);
    });

    it('does not stop again what the mail server refused at once, and reports later as well', async () => {
      const { address } = carers[1]!;
      sink.recipient = (to) => (to === address ? { code: 550, text: '5.1.1 No such mailbox' } : null);
      const { id } = await copyOf(await sent(), carers[1]!);
      expect(await blocked('email', address)).toEqual([address]);
      await freed('email', address);
      await report(id, 'hard');
      expect(await blocked('email', address)).toEqual([]);
    });
  });

  describe('of a message that was no bulletin', () => {
    const messageTo = async (address: string) => {
      const id = await running.get(Database).transaction((tx) =>
        running.get(Messages).queue(tx, {
          to: { channel: 'text', address, name: 'Morag Hale' },
          template: 'information-service/welcome',
        }),
      );
      await query(`UPDATE outgoing_message SET state = 'sent' WHERE id = $1`, [id]);
      return id;
    };
    const stateOf = async (id: string) =>
      (await query<{ state: string }>('SELECT state FROM outgoing_message WHERE id = $1', [id]))[0]!.state;

    it('stops the number it went to, once', async () => {
      const id = await messageTo('+447700900999');
      expect(await stateOf(id)).toBe('sent');
      expect(await report(id, 'hard')).toBe(true);
      expect([await stateOf(id), await blocked('text', '+447700900999')]).toEqual(['failed', ['+447700900999']]);
      await query('DELETE FROM suppressed_address');
      expect(await report(id, 'hard')).toBe(true);
      expect(await blocked('text', '+447700900999')).toEqual([]);
    });

    it('stops nothing once its person was erased', async () => {
      const id = await messageTo('+447700900998');
      await query(`UPDATE outgoing_message SET recipient = $2 WHERE id = $1`, [id, sealing().seal('', 'recipient')]);
      expect(await report(id, 'complaint')).toBe(true);
      expect(await query('SELECT 1 FROM suppressed_address')).toEqual([]);
    });
  });

  it('stops nothing once its person was erased, of whose address nothing is left', async () => {
    const carer = carers[2]!;
    const bulletin = await sent();
    const { id, hash } = await copyOf(bulletin, carer);
    expect(hash).toBe(keyedHash(carer.address, 'email'));
    await running.get(Database).transaction(async (tx) => {
      const { cardholderId } = await tx.findOneByOrFail(Subscriber, { id: carer.subscriberId });
      const cardholder = await tx.findOneByOrFail(Cardholder, { id: cardholderId });
      await running.get(PersonErasure).erase(tx, cardholder, system);
    });
    expect((await copyOf(bulletin, carer)).hash).toBeNull();
    await report(id, 'hard');
    expect(await blocked('email', carer.address)).toEqual([]);
  });
});
