import { existsSync, readFileSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { projectRoot } from '@carers/kernel';
import { z } from 'zod';
import { bulletinSettingsFrom } from './bulletin-settings.js';
import { sellerFrom } from './seller-settings.js';
import {
  type ClamdSettings,
  type CompaniesHouseSettings,
  type EncryptionKey,
  type NotifySettings,
  Settings,
  SettingsInvalid,
} from './settings.js';

/** Names and values of environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment of this process, for a caller that adds to it before `readSettings`. */
export function currentEnvironment(): Environment {
  return { ...process.env };
}

const blankIsAbsent = (value: unknown) => (typeof value === 'string' && value.trim() === '' ? undefined : value);
const optional = z.preprocess(blankIsAbsent, z.string().optional()).transform((value) => value ?? null);
const url = (protocols: string[]) =>
  z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), {
    error: `must be an address that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
  });

/** A whole number within bounds, and what it is when nothing is set. */
function count(least: number, most: number): z.ZodCoercedNumber;
function count(least: number, most: number, otherwise: number): z.ZodDefault<z.ZodCoercedNumber>;
function count(least: number, most: number, otherwise?: number) {
  const number = z.coerce
    .number({ error: `must be a number from ${least} to ${most}` })
    .int({ error: 'must be a whole number' })
    .min(least, { error: `must be a number from ${least} to ${most}` })
    .max(most, { error: `must be a number from ${least} to ${most}` });
  return otherwise === undefined ? number : number.default(otherwise);
}

const environment = z.object({
  NODE_ENV: z.preprocess(blankIsAbsent, z.string().default('development')),
  PORT: z.preprocess(
    blankIsAbsent,
    z.coerce.number({ error: 'must be a number from 0 to 65535' }).int().min(0).max(65_535).default(3000),
  ),
  HOST: z.preprocess(blankIsAbsent, z.string().default('127.0.0.1')),
  PUBLIC_URL: z.preprocess(blankIsAbsent, url(['http:', 'https:']).optional()),
  DATABASE_URL: z.preprocess(blankIsAbsent, url(['postgres:', 'postgresql:'])),
  DATA_DIR: z.preprocess(blankIsAbsent, z.string().default('.data')),
  SMTP_URL: z.preprocess(blankIsAbsent, url(['smtp:', 'smtps:']).optional()),
  MAIL_FROM: optional,
  NOTIFY_API_KEY: z.preprocess(
    blankIsAbsent,
    z
      .string()
      .regex(/[0-9a-f-]{36}-[0-9a-f-]{36}$/i, { error: 'must end with two ids, as Notify gives it' })
      .optional(),
  ),
  NOTIFY_TEXT_TEMPLATE: z.preprocess(
    blankIsAbsent,
    z.uuid({ error: 'must be the id of a template of Notify' }).optional(),
  ),
  NOTIFY_API_URL: z.preprocess(blankIsAbsent, url(['http:', 'https:']).optional()),
  SMTP_CONNECTIONS: z.preprocess(blankIsAbsent, count(1, 50, 5)),
  SMTP_PER_MINUTE: z.preprocess(blankIsAbsent, count(1, 1_000_000).optional()),
  BULLETIN_COPIES_IN_DOUBT: z.preprocess(blankIsAbsent, count(1, 50, 1)),
  DKIM_DOMAIN: optional,
  DKIM_SELECTOR: optional,
  DKIM_PRIVATE_KEY: optional,
  BOUNCE_ADDRESS: optional,
  NOTIFY_PER_MINUTE: z.preprocess(blankIsAbsent, count(1, 100_000, 3_000)),
  NOTIFY_EMAIL_TEMPLATE: z.preprocess(
    blankIsAbsent,
    z.uuid({ error: 'must be the id of a template of Notify' }).optional(),
  ),
  NOTIFY_CALLBACK_TOKEN: optional,
  LETTERS_BY: z.preprocess(
    blankIsAbsent,
    z.enum(['print', 'notify'], { error: 'must be print or notify' }).default('print'),
  ),
  STRIPE_SECRET_KEY: optional,
  STRIPE_WEBHOOK_SECRET: optional,
  STRIPE_API_URL: z.preprocess(blankIsAbsent, url(['http:', 'https:']).optional()),
  COMPANIES_HOUSE_API_KEY: optional,
  COMPANIES_HOUSE_URL: z.preprocess(blankIsAbsent, url(['http:', 'https:']).optional()),
  CLAMD_HOST: optional,
  CLAMD_PORT: z.preprocess(
    blankIsAbsent,
    z.coerce.number({ error: 'must be a number from 1 to 65535' }).int().min(1).max(65_535).default(3310),
  ),
  CLAMD_SOCKET: optional,
  INVOICE_SELLER_NAME: optional,
  INVOICE_SELLER_ADDRESS: optional,
  INVOICE_SELLER_VAT_NUMBER: optional,
  INVOICE_SELLER_REGISTRATION: optional,
  INVOICE_BANK_ACCOUNT_NAME: optional,
  INVOICE_BANK_SORT_CODE: optional,
  INVOICE_BANK_ACCOUNT_NUMBER: optional,
  INVOICE_NUMBER_PREFIX: optional,
  SESSION_SECRET: z.preprocess(
    blankIsAbsent,
    z.string().min(32, { error: 'must have at least 32 characters' }).optional(),
  ),
  DATA_ENCRYPTION_KEY: optional,
  CARD_SIGNING_KEYS: optional,
  TRUSTED_PROXIES: optional,
  LOG_LEVEL: z.preprocess(
    blankIsAbsent,
    z
      .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
        error: 'must be one of fatal, error, warn, info, debug, trace, silent',
      })
      .default('info'),
  ),
  DEFAULT_LOCALE: z.preprocess(blankIsAbsent, z.string().default('en-GB')),
  DATABASE_POOL_SIZE: z.preprocess(
    blankIsAbsent,
    z.coerce.number({ error: 'must be a number from 1 to 200' }).int().min(1).max(200).default(12),
  ),
  DATABASE_WAIT_SECONDS: z.preprocess(
    blankIsAbsent,
    z.coerce.number({ error: 'must be a number from 1 to 120' }).int().min(1).max(120).default(5),
  ),
});

/**
 * Reads and checks every setting. Outside production, secrets that are not set come from `secrets.json` in the data
 * folder, which `npm start` makes once.
 *
 * @throws SettingsInvalid with one sentence for each setting that is missing or unreadable
 */
export function readSettings(env: Environment = process.env): Settings {
  const given = { ...secretsOnDisk(env), ...withoutBlanks(env) };
  const read = environment.safeParse(given);
  if (!read.success) throw new SettingsInvalid(read.error.issues.map((issue) => sentence(issue, given)));
  const values = read.data;
  const production = values.NODE_ENV === 'production';

  const missing: string[] = [];
  for (const name of ['SESSION_SECRET', 'DATA_ENCRYPTION_KEY', 'CARD_SIGNING_KEYS'] as const) {
    if (!values[name]) missing.push(`${name} is not set: ${secretHelp[name]}`);
  }
  if (production && !values.PUBLIC_URL) missing.push('PUBLIC_URL is not set: give the https address that people use.');
  if (production && values.STRIPE_API_URL) missing.push('STRIPE_API_URL is for tests only: remove it in production.');
  if (production && values.NOTIFY_API_URL) missing.push('NOTIFY_API_URL is for tests only: remove it in production.');
  if (production && values.COMPANIES_HOUSE_URL) {
    missing.push('COMPANIES_HOUSE_URL is for tests only: remove it in production.');
  }
  if (values.NOTIFY_API_KEY && !values.NOTIFY_TEXT_TEMPLATE) {
    missing.push('NOTIFY_TEXT_TEMPLATE is not set: give the id of a text template that consists of ((message)).');
  }
  if (values.CLAMD_HOST && values.CLAMD_SOCKET) {
    missing.push('CLAMD_HOST and CLAMD_SOCKET are both set: give the one that clamd listens on.');
  }
  const seller = sellerFrom(values, production, missing);
  const bulletins = bulletinSettingsFrom(values, missing);
  if (missing.length > 0) throw new SettingsInvalid(missing);

  const publicUrl = (values.PUBLIC_URL ?? `http://${values.HOST}:${values.PORT}`).replace(/\/+$/, '');
  return new Settings({
    production,
    port: values.PORT,
    host: values.HOST,
    publicUrl,
    databaseUrl: values.DATABASE_URL,
    dataDir: dataFolder(values.DATA_DIR),
    smtpUrl: values.SMTP_URL ?? null,
    mailFrom: values.MAIL_FROM ?? `no-reply@${new URL(publicUrl).hostname}`,
    notify: notifyFrom(values),
    bulletins,
    stripe: {
      secretKey: values.STRIPE_SECRET_KEY,
      webhookSecrets: listOf(values.STRIPE_WEBHOOK_SECRET),
      apiUrl: values.STRIPE_API_URL ?? null,
    },
    companiesHouse: companiesHouseFrom(values),
    clamd: clamdFrom(values),
    seller,
    sessionSecret: values.SESSION_SECRET ?? '',
    dataEncryptionKeys: encryptionKeys(values.DATA_ENCRYPTION_KEY ?? ''),
    cardSigningKeys: values.CARD_SIGNING_KEYS,
    trustedProxies: listOf(values.TRUSTED_PROXIES),
    logLevel: values.LOG_LEVEL,
    defaultLocale: values.DEFAULT_LOCALE,
    databasePoolSize: values.DATABASE_POOL_SIZE,
    databaseWaitSeconds: values.DATABASE_WAIT_SECONDS,
  });
}

/** The data folder as an absolute path; a relative one is taken from the project's folder. */
export function dataFolder(configured: string | undefined): string {
  const folder = configured?.trim() ? configured : '.data';
  return isAbsolute(folder) ? folder : resolve(projectRoot, folder);
}

function notifyFrom(values: z.infer<typeof environment>): NotifySettings | null {
  const { NOTIFY_API_KEY: apiKey, NOTIFY_TEXT_TEMPLATE: textTemplate, NOTIFY_API_URL: apiUrl } = values;
  return apiKey && textTemplate ? { apiKey, textTemplate, apiUrl: apiUrl ?? null } : null;
}

function companiesHouseFrom(values: z.infer<typeof environment>): CompaniesHouseSettings | null {
  const { COMPANIES_HOUSE_API_KEY: apiKey, COMPANIES_HOUSE_URL: apiUrl } = values;
  return apiKey ? { apiKey, apiUrl: apiUrl ?? null } : null;
}

function clamdFrom(values: z.infer<typeof environment>): ClamdSettings | null {
  const { CLAMD_HOST: host, CLAMD_PORT: port, CLAMD_SOCKET: socket } = values;
  if (socket) return { socket };
  return host ? { host, port } : null;
}

const secretHelp = {
  SESSION_SECRET: 'give at least 32 random characters.',
  DATA_ENCRYPTION_KEY: 'give 32 random bytes in base64, as in `1:<base64>`.',
  CARD_SIGNING_KEYS: 'make one with `npm run --silent cli -- keys:generate`.',
};

function secretsOnDisk(env: Environment): Environment {
  if (env.NODE_ENV === 'production') return {};
  const file = join(dataFolder(env.DATA_DIR), 'secrets.json');
  if (!existsSync(file)) return {};
  try {
    return z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    throw new SettingsInvalid([`The file ${file} cannot be read as JSON: put back a good copy of it.`]);
  }
}

function withoutBlanks(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''));
}

function sentence(issue: z.core.$ZodIssue, given: Environment): string {
  const name = String(issue.path[0]);
  if (given[name] === undefined) return `${name} is not set.`;
  return `${name} ${/^(must|is) /.test(issue.message) ? issue.message : `cannot be used (${issue.message})`}.`;
}

/** `id:base64,id:base64`; a value without an id gets the id `1`. */
function encryptionKeys(text: string): EncryptionKey[] {
  return listOf(text).map((entry, index) => {
    const [id, encoded] = entry.includes(':') ? entry.split(':', 2) : [String(index + 1), entry];
    const key = Buffer.from(encoded ?? '', 'base64');
    if (key.length !== 32 || !id || !/^[A-Za-z0-9_-]{1,16}$/.test(id)) {
      throw new SettingsInvalid([`DATA_ENCRYPTION_KEY cannot be used: ${secretHelp.DATA_ENCRYPTION_KEY}`]);
    }
    return { id, key };
  });
}

function listOf(text: string | null): string[] {
  return (text ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean);
}
