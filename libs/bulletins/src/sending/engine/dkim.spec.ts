import { createHash, createVerify, generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testSettings } from '../../../../../test/support/settings.js';
import { SmtpSink } from '../../../../../test/support/smtp-sink.js';
import { type HeldMail, openMailPool } from './mail-pool.js';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

/** What a mail server does with the signature: RFC 6376, 3.4.2 and 3.4.4 (relaxed), 3.7 and 6.1.3. */
function verified(raw: string): { fields: Record<string, string>; bodyHolds: boolean; headersHold: boolean } {
  const end = raw.indexOf('\r\n\r\n');
  const headers = raw.slice(0, end).split(/\r\n(?![ \t])/);
  const body = raw
    .slice(end + 4)
    .replace(/[ \t]+/g, ' ')
    .replace(/ \r\n/g, '\r\n')
    .replace(/(\r\n)*$/, '\r\n');
  const relaxed = (header: string) => {
    const [name, ...value] = header.split(':');
    return `${name!.trim().toLowerCase()}:${value
      .join(':')
      .replace(/\r\n/g, '')
      .replace(/[ \t]+/g, ' ')
      .trim()}`;
  };
  const own = headers.find((header) => /^dkim-signature:/i.test(header))!;
  const fields = Object.fromEntries(
    relaxed(own)
      .slice('dkim-signature:'.length)
      .split(';')
      .map((field) => {
        const [name, ...value] = field.split('=');
        return [name!.trim(), value.join('=').trim()];
      }),
  ) as Record<string, string>;
  const rest = headers.map(relaxed);
  // From the bottom up where a name is there twice; a name that is not there stands for nothing.
  const signed = fields['h']!.split(':').flatMap((name) => {
    const at = rest.findLastIndex((header) => header.startsWith(`${name.trim().toLowerCase()}:`));
    return at < 0 ? [] : rest.splice(at, 1);
  });
  const without = relaxed(own.replace(/([;\s]b=)[\s\S]*$/, '$1'));
  return {
    fields,
    bodyHolds: createHash('sha256').update(body, 'latin1').digest('base64') === fields['bh'],
    headersHold: createVerify('sha256')
      .update([...signed, without].join('\r\n'), 'latin1')
      .verify(publicKey, fields['b']!.replace(/\s/g, ''), 'base64'),
  };
}

describe('the signature of a bulletin', () => {
  const sink = new SmtpSink();
  let url: string;
  const mail = (): HeldMail => ({
    from: { name: 'Carers Bournemouth', address: 'card@card.example' },
    replyTo: 'team@carers.example',
    to: { name: 'Siân Łukasik', address: 'person@sink.example' },
    subject: 'Warm places – tea is free',
    text: 'Dear Siân,\n\n.one line begins with a dot\n\n  and one with blanks   \n\n\n',
    html: '<p>Dear Siân</p>',
    messageId: '<11111111-1111-4111-8111-111111111111@card.example>',
    headers: {
      'List-Id': '<bournemouth.carers-information.card.example>',
      'List-Unsubscribe': `<https://card.example/preferences/${'x'.repeat(43)}/unsubscribe>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      'Auto-Submitted': 'auto-generated',
    },
    beforeItEnds: () => Promise.resolve(),
  });
  const sentWith = async (env: Record<string, string>) => {
    sink.mails.length = 0;
    const pool = await openMailPool(testSettings('postgres://nobody@127.0.0.1/none', { SMTP_URL: url, ...env }));
    await pool.sendMail(mail());
    pool.close();
    return sink.mails[0]!.raw;
  };
  const keys = {
    DKIM_DOMAIN: 'card.example',
    DKIM_SELECTOR: 'bulletins',
    DKIM_PRIVATE_KEY: pem.replaceAll('\n', '\\n'),
  };

  beforeAll(async () => {
    url = await sink.open();
  });
  afterAll(() => sink.close());

  it('holds for body and headers, and covers both headers of one-click unsubscribing (RFC 8058)', async () => {
    const { fields, bodyHolds, headersHold } = verified(await sentWith(keys));
    expect(fields).toMatchObject({ d: 'card.example', s: 'bulletins', a: 'rsa-sha256', c: 'relaxed/relaxed' });
    expect(fields['h']!.toLowerCase().split(':')).toEqual(
      expect.arrayContaining([
        'from',
        'to',
        'subject',
        'message-id',
        'list-id',
        'list-unsubscribe',
        'list-unsubscribe-post',
      ]),
    );
    expect([bodyHolds, headersHold]).toEqual([true, true]);
  });

  it('breaks when the address of unsubscribing or a word is changed on the way', async () => {
    const raw = await sentWith({ ...keys, DKIM_PRIVATE_KEY: Buffer.from(pem).toString('base64') });
    expect(verified(raw)).toMatchObject({ bodyHolds: true, headersHold: true });
    const elsewhere = raw.replace('https://card.example/preferences', 'https://bad.example/preferences');
    expect(elsewhere).not.toBe(raw);
    expect(verified(elsewhere).headersHold).toBe(false);
    expect(verified(raw.replace('one line', 'two lines')).bodyHolds).toBe(false);
  });

  it('is not there without a key: the mail server may sign', async () => {
    expect(await sentWith({})).not.toMatch(/^dkim-signature:/im);
  });
});
