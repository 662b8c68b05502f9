import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { readSettings } from './read-settings.js';
import { SettingsInvalid } from './settings.js';

const good = {
  NODE_ENV: 'test',
  DATABASE_URL: 'postgres://a:b@127.0.0.1/c',
  SESSION_SECRET: 'x'.repeat(32),
  DATA_ENCRYPTION_KEY: `new:${Buffer.alloc(32, 1).toString('base64')}`,
  CARD_SIGNING_KEYS: '[]',
};
const notify = {
  NOTIFY_API_KEY: 'ours-26785a09-ab16-4eb0-8407-a37497a57506-3d844edf-8d35-48ac-975b-e847b4f122b0',
  NOTIFY_TEXT_TEMPLATE: 'c205400b-1e6d-4fcd-b1f8-0d8d2f8b6a53',
};
const read = (env: Record<string, string>) => readSettings({ ...good, ...env }).bulletins;
const refusal = (env: Record<string, string>): string => {
  try {
    read(env);
  } catch (error) {
    if (error instanceof SettingsInvalid) return error.message;
    throw error;
  }
  return 'not refused';
};
const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

describe('the settings of bulletins', () => {
  it('send one copy in doubt by SMTP and print letters where nothing is said', () => {
    expect(read({})).toMatchObject({
      copiesInDoubt: 1,
      smtpPerMinute: null,
      dkim: null,
      bounceAddress: null,
      notifyPerMinute: 3_000,
      notifyEmailTemplate: null,
      lettersBy: 'print',
      notifyCallbackToken: null,
    });
  });

  it.each([
    ['SMTP_CONNECTIONS', '0'],
    ['SMTP_PER_MINUTE', 'many'],
    ['BULLETIN_COPIES_IN_DOUBT', '51'],
    ['NOTIFY_PER_MINUTE', '0'],
    ['NOTIFY_EMAIL_TEMPLATE', 'template'],
    ['LETTERS_BY', 'pigeon'],
    ['BOUNCE_ADDRESS', 'Bounces <bounces@card.example>'],
    ['BOUNCE_ADDRESS', 'bounces+x@card.example'],
    ['NOTIFY_CALLBACK_TOKEN', 'short'],
  ])('refuse %s as %j in one sentence', (name, value) => {
    const sentences = refusal({ ...notify, [name]: value }).split('\n');
    expect(sentences).toEqual([expect.stringContaining(name)]);
  });

  it('want a key of Notify for what Notify carries', () => {
    expect(refusal({ LETTERS_BY: 'notify' })).toContain('NOTIFY_API_KEY is not set');
    expect(refusal({ NOTIFY_EMAIL_TEMPLATE: notify.NOTIFY_TEXT_TEMPLATE })).toContain('NOTIFY_API_KEY is not set');
    expect(read({ ...notify, LETTERS_BY: 'notify' }).lettersBy).toBe('notify');
  });

  it.each([
    ['as it is', pem],
    ['with \\n for its line ends', pem.replaceAll('\n', '\\n')],
    ['in base64', Buffer.from(pem).toString('base64')],
  ])('read the key that signs %s', (_how, key) => {
    const { dkim } = read({ DKIM_DOMAIN: 'card.example', DKIM_SELECTOR: 'post', DKIM_PRIVATE_KEY: key });
    expect(dkim).toMatchObject({ domain: 'card.example', selector: 'post' });
    expect(dkim!.privateKey.trim()).toBe(pem.trim());
  });

  it('refuse half a signature, and a key that is none without saying it', () => {
    expect(refusal({ DKIM_DOMAIN: 'card.example' })).toContain('must be set together');
    const said = refusal({ DKIM_DOMAIN: 'card.example', DKIM_SELECTOR: 'post', DKIM_PRIVATE_KEY: 'hunter2' });
    expect(said).toContain('DKIM_PRIVATE_KEY cannot be used');
    expect(said).not.toContain('hunter2');
  });
});
