import type { BulletinSettings } from './bulletin-settings.js';
import type { SellerSettings } from './seller-settings.js';

/** A key that encrypts columns: `id` stands in each value so that keys can be changed one at a time. */
export interface EncryptionKey {
  id: string;
  /** 32 bytes, for AES-256-GCM. */
  key: Buffer;
}

/** Where to reach Stripe, and how to know its webhooks. */
export interface StripeSettings {
  secretKey: string | null;
  /** One secret, or two while they are being rotated. */
  webhookSecrets: readonly string[];
  /** Another address of Stripe's API: tests only. */
  apiUrl: string | null;
}

/** How to send texts through GOV.UK Notify. */
export interface NotifySettings {
  apiKey: string;
  /** Id of a text template of that account that consists of `((message))`. */
  textTemplate: string;
  /** Another address of Notify's API: tests only. */
  apiUrl: string | null;
}

/** How to look companies up at Companies House. */
export interface CompaniesHouseSettings {
  apiKey: string;
  /** Another address of its API: tests only. */
  apiUrl: string | null;
}

/** Where the virus scanner `clamd` listens: a TCP port, or a Unix socket. */
export type ClamdSettings = { host: string; port: number } | { socket: string };

/** The environment, read and checked once at start. Nothing else in the program looks at `process.env`. */
export class Settings {
  readonly production: boolean;
  readonly port: number;
  readonly host: string;
  /** The address people use, without a slash at the end. */
  readonly publicUrl: string;
  readonly databaseUrl: string;
  /** Absolute path of the folder with what this installation keeps on disk. */
  readonly dataDir: string;
  readonly smtpUrl: string | null;
  readonly mailFrom: string;
  /** GOV.UK Notify, which sends texts; null where none is set up. */
  readonly notify: NotifySettings | null;
  readonly bulletins: BulletinSettings;
  readonly stripe: StripeSettings;
  /** Who issues invoices; null where nobody is named, and then none can be issued. */
  readonly seller: SellerSettings | null;
  /** Companies House; null where there is no key, and then officers look by hand. */
  readonly companiesHouse: CompaniesHouseSettings | null;
  /** The scanner that files of strangers pass; null where none is set up. */
  readonly clamd: ClamdSettings | null;
  readonly sessionSecret: string;
  /** The first encrypts; all decrypt. */
  readonly dataEncryptionKeys: readonly EncryptionKey[];
  /** JSON of the card signing keys (see the cards lib), or null where they are kept in the data folder. */
  readonly cardSigningKeys: string | null;
  /** Addresses of proxies whose `X-Forwarded-*` may be believed; empty trusts none. */
  readonly trustedProxies: readonly string[];
  readonly logLevel: string;
  readonly defaultLocale: string;
  /** Most connections of one process to PostgreSQL. */
  readonly databasePoolSize: number;
  /** How long a request waits for a connection before it is answered that the service is not available. */
  readonly databaseWaitSeconds: number;

  constructor(values: Omit<Settings, 'https'>) {
    Object.assign(this, values);
    Object.freeze(this);
  }

  /** True where people reach the service over TLS: decides on `__Host-` cookies and HSTS. */
  get https(): boolean {
    return this.publicUrl.startsWith('https://');
  }
}

/** A setting is missing or cannot be read. The message is one sentence that says which and what to do. */
export class SettingsInvalid extends Error {
  constructor(readonly sentences: readonly string[]) {
    super(sentences.join('\n'));
    this.name = 'SettingsInvalid';
  }
}
