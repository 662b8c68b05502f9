import { describe, expect, it } from '@jest/globals';
import { readSettings } from './read-settings.js';
import { SettingsInvalid } from './settings.js';

const good = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://card.example/',
  DATABASE_URL: 'postgres://a:b@127.0.0.1/c',
  SESSION_SECRET: 'x'.repeat(32),
  DATA_ENCRYPTION_KEY: `new:${Buffer.alloc(32, 1).toString('base64')},old:${Buffer.alloc(32, 2).toString('base64')}`,
  CARD_SIGNING_KEYS: '[]',
};
const refusal = (env: Record<string, string | undefined>): string => {
  try {
    readSettings(env);
  } catch (error) {
    if (error instanceof SettingsInvalid) return error.message;
  }
  return 'not refused';
};

describe('settings', () => {
  it('are read once, with defaults, and cannot be changed', () => {
    const settings = readSettings(good);
    expect(settings).toMatchObject({ port: 3000, host: '127.0.0.1', publicUrl: 'https://card.example', https: true });
    expect(settings.dataEncryptionKeys.map(({ id }) => id)).toEqual(['new', 'old']);
    expect(() => Object.assign(settings, { port: 1 })).toThrow();
  });

  it('take a blank one as not set', () => {
    expect(readSettings({ ...good, PORT: ' ', SMTP_URL: '' })).toMatchObject({ port: 3000, smtpUrl: null });
  });

  it('name in one sentence each secret that production misses', () => {
    const { SESSION_SECRET: _a, CARD_SIGNING_KEYS: _b, ...rest } = good;
    const sentences = refusal(rest).split('\n');
    expect(sentences).toHaveLength(2);
    expect(sentences[0]).toContain('SESSION_SECRET');
    expect(sentences[1]).toContain('CARD_SIGNING_KEYS');
  });

  it('say which one cannot be read, and never its value', () => {
    expect(refusal({ ...good, PORT: 'http' })).toBe('PORT must be a number from 0 to 65535.');
    expect(refusal({ ...good, PORT: '70000' })).toContain('PORT');
    expect(refusal({ ...good, DATABASE_URL: 'mysql://secret' })).toContain('DATABASE_URL must be an address');
    expect(refusal({ ...good, DATABASE_URL: undefined })).toBe('DATABASE_URL is not set.');
    expect(refusal({ ...good, DATA_ENCRYPTION_KEY: 'c2hvcnQ=' })).toContain('DATA_ENCRYPTION_KEY');
    expect(refusal({ ...good, SESSION_SECRET: 'hunter2' })).toBe('SESSION_SECRET must have at least 32 characters.');
    expect(refusal({ ...good, PUBLIC_URL: 'ftp://card.example' })).toContain('PUBLIC_URL must be an address');
    expect(refusal({ ...good, LOG_LEVEL: 'loud' })).toContain('LOG_LEVEL must be one of');
    expect(refusal({ ...good, STRIPE_API_URL: 'http://127.0.0.1:1' })).toContain('STRIPE_API_URL');
  });

  it('take GOV.UK Notify with its template, or not at all', () => {
    const key = 'ours-26785a09-ab16-4eb0-8407-a37497a57506-3d844edf-8d35-48ac-975b-e847b4f122b0';
    const template = 'c205400b-1e6d-4fcd-b1f8-0d8d2f8b6a53';
    const whole = { ...good, NOTIFY_API_KEY: key, NOTIFY_TEXT_TEMPLATE: template };
    expect(readSettings(good).notify).toBeNull();
    expect(readSettings(whole).notify).toEqual({ apiKey: key, textTemplate: template, apiUrl: null });
    expect(refusal({ ...good, NOTIFY_API_KEY: key })).toMatch(/^NOTIFY_TEXT_TEMPLATE is not set: /);
    expect(refusal({ ...whole, NOTIFY_API_KEY: 'half' })).toBe(
      'NOTIFY_API_KEY must end with two ids, as Notify gives it.',
    );
    expect(refusal({ ...whole, NOTIFY_API_URL: 'http://127.0.0.1:1' })).toContain('NOTIFY_API_URL is for tests only');
  });
});

describe('the seller of invoices', () => {
  const seller = {
    INVOICE_SELLER_NAME: 'Dorset Carers Card CIC',
    INVOICE_SELLER_ADDRESS: '1 The Quay | Poole | BH15 1HJ',
    INVOICE_SELLER_VAT_NUMBER: '123 4567 82',
    INVOICE_BANK_SORT_CODE: '12 34 56',
    INVOICE_BANK_ACCOUNT_NUMBER: '12345678',
  };

  it('is read with address, VAT number and bank', () => {
    expect(readSettings({ ...good, ...seller }).seller).toEqual({
      name: 'Dorset Carers Card CIC',
      addressLines: ['1 The Quay', 'Poole', 'BH15 1HJ'],
      vatNumber: 'GB123456782',
      registrationNumber: null,
      bank: { accountName: 'Dorset Carers Card CIC', sortCode: '12-34-56', accountNumber: '12345678' },
      numberPrefix: 'CC',
    });
    expect(readSettings({ ...good, ...seller, INVOICE_SELLER_VAT_NUMBER: '' }).seller?.vatNumber).toBeNull();
  });

  it('is nobody in production where none is named, and a made-up one elsewhere', () => {
    expect(readSettings(good).seller).toBeNull();
    expect(readSettings({ ...good, NODE_ENV: 'development' }).seller?.name).toContain('example');
  });

  it.each([
    ['INVOICE_SELLER_ADDRESS', '', 'INVOICE_SELLER_ADDRESS is not set'],
    ['INVOICE_SELLER_VAT_NUMBER', 'GB123456789', 'is not a VAT number'],
    ['INVOICE_BANK_SORT_CODE', '1234', 'must have 6 digits'],
    ['INVOICE_BANK_ACCOUNT_NUMBER', 'GB12 3456', 'must have 8 digits'],
    ['INVOICE_NUMBER_PREFIX', 'c c', '1 to 8 capital letters'],
  ])('is refused in a sentence where %s is %j', (name, value, sentence) => {
    expect(refusal({ ...good, ...seller, [name]: value })).toContain(sentence);
  });
});
