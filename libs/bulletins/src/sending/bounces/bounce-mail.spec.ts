import { createSecretKey } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { readBounceMail } from './bounce-mail.js';
import { bounceAddress, deliveryOf } from './verp.js';

const bounces = { address: 'bounces@card.example', key: createSecretKey(Buffer.alloc(32, 1)) };
const delivery = '0b9f5e0a-7a57-4c0e-8b7e-3f5a2c1d4e6f';
const own = bounceAddress(delivery, bounces);

/** A report as Postfix and others write it. */
function dsn(status: string, action = 'failed'): string {
  return [
    'From: MAILER-DAEMON@mx.example',
    `To: ${own}`,
    'Subject: Undelivered Mail Returned to Sender',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b1"',
    '',
    '--b1',
    'Content-Type: text/plain; charset=us-ascii',
    '',
    'I could not deliver your message.',
    '--b1',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.example',
    '',
    'Final-Recipient: rfc822; somebody@there.example',
    `Action: ${action}`,
    `Status: ${status}`,
    'Diagnostic-Code: smtp; 550 no',
    '',
    '--b1',
    'Content-Type: text/rfc822-headers',
    '',
    'Subject: Warm places',
    `Message-ID: <${delivery}@card.example>`,
    '',
    '--b1--',
    '',
  ].join('\r\n');
}

const complaint = [
  'From: feedback@big-mail.example',
  'To: abuse@card.example',
  'Subject: FW: Warm places',
  'MIME-Version: 1.0',
  'Content-Type: multipart/report; report-type=feedback-report; boundary="b2"',
  '',
  '--b2',
  'Content-Type: text/plain',
  '',
  'This is an abuse report.',
  '--b2',
  'Content-Type: message/feedback-report',
  '',
  'Feedback-Type: abuse',
  'User-Agent: Some/1.0',
  'Version: 1',
  `Original-Mail-From: <${own}>`,
  '',
  '--b2',
  'Content-Type: message/rfc822',
  '',
  'From: carers@card.example',
  `Message-ID: <${delivery}@card.example>`,
  '',
  'Dear Margaret',
  '--b2--',
  '',
].join('\r\n');

describe('a mail in the bounce mailbox', () => {
  it.each([
    ['5.1.1', 'hard'],
    ['5.4.1', 'hard'],
    ['4.4.1', 'soft'],
    ['4.2.2', 'soft'],
    // Some servers say of a full mailbox that it is for good.
    ['5.2.2', 'soft'],
  ] as const)('with the status %s is %s', async (status, kind) => {
    const read = await readBounceMail(dsn(status));
    expect(read).toMatchObject({ kind, messageId: `${delivery}@card.example` });
    expect(read!.recipients).toContain(own);
  });

  it('that only tells of a delay, or of success, is left alone', async () => {
    expect(await readBounceMail(dsn('4.4.1', 'delayed'))).toBeNull();
    expect(await readBounceMail(dsn('2.0.0', 'delivered'))).toBeNull();
  });

  it('that a person or a holiday notice wrote is left alone', async () => {
    const letter = `From: a@b.example\r\nTo: ${own}\r\nSubject: Away\r\nAuto-Submitted: auto-replied\r\n\r\nBack on Monday\r\n`;
    expect(await readBounceMail(letter)).toBeNull();
  });

  it('may be a complaint, and names the copy it is about', async () => {
    const read = await readBounceMail(complaint);
    expect(read).toMatchObject({ kind: 'complaint', messageId: `${delivery}@card.example` });
    expect(read!.recipients).toContain(own);
  });
});

describe('the envelope sender of a copy', () => {
  it('leads back to its delivery, in whatever case it comes', () => {
    expect(deliveryOf(own, bounces)).toBe(delivery);
    expect(deliveryOf(own.toUpperCase(), bounces)).toBe(delivery);
    expect(own.split('@')[0]!.length).toBeLessThanOrEqual(64);
  });

  it('leads nowhere once a letter of it is changed, or with another key', () => {
    expect(deliveryOf(own.replace('+0', '+1'), bounces)).toBeNull();
    expect(deliveryOf(own, { ...bounces, key: createSecretKey(Buffer.alloc(32, 2)) })).toBeNull();
    expect(deliveryOf('bounces@card.example', bounces)).toBeNull();
  });
});
