import { createPrivateKey } from 'node:crypto';

/** The key that signs e-mails (RFC 6376). */
export interface DkimSettings {
  domain: string;
  selector: string;
  /** PEM. */
  privateKey: string;
}

/** How bulletins are sent. */
export interface BulletinSettings {
  /** Connections of one worker to the mail server. */
  smtpConnections: number;
  /** E-mails a minute of all workers together; null for as many as the server takes. */
  smtpPerMinute: number | null;
  /** Copies whose end one worker may have under way at once: after a crash as many may be sent twice. */
  copiesInDoubt: number;
  dkim: DkimSettings | null;
  /** Mailbox that bounces come back to, with `+…` behind its name for each copy; null for `MAIL_FROM` itself. */
  bounceAddress: string | null;
  /** Messages a minute that Notify takes from us, texts and letters together. */
  notifyPerMinute: number;
  /** Id of a template of Notify for e-mails, `((subject))` and `((message))`; null where e-mails go by SMTP. */
  notifyEmailTemplate: string | null;
  /** Letters: a file for the print house, or each by Notify. */
  lettersBy: 'print' | 'notify';
  /** What Notify's callbacks must bring as their bearer token; null where there are none. */
  notifyCallbackToken: string | null;
}

/** The settings of bulletins as they came. */
export interface BulletinValues {
  SMTP_CONNECTIONS: number;
  SMTP_PER_MINUTE?: number | undefined;
  BULLETIN_COPIES_IN_DOUBT: number;
  DKIM_DOMAIN: string | null;
  DKIM_SELECTOR: string | null;
  DKIM_PRIVATE_KEY: string | null;
  BOUNCE_ADDRESS: string | null;
  NOTIFY_PER_MINUTE: number;
  NOTIFY_EMAIL_TEMPLATE?: string | undefined;
  NOTIFY_CALLBACK_TOKEN: string | null;
  LETTERS_BY: 'print' | 'notify';
  NOTIFY_API_KEY?: string | undefined;
}

/** @param wrong gets a sentence for each setting that is missing or unreadable */
export function bulletinSettingsFrom(values: BulletinValues, wrong: string[]): BulletinSettings {
  const bounce = values.BOUNCE_ADDRESS;
  if (bounce !== null && !/^[^\s@<>+]{1,30}@[^\s@<>]+$/.test(bounce))
    wrong.push('BOUNCE_ADDRESS cannot be used: give an address like bounces@card.example, without a name.');
  const token = values.NOTIFY_CALLBACK_TOKEN;
  if (token !== null && token.length < 20) wrong.push('NOTIFY_CALLBACK_TOKEN must have at least 20 characters.');
  if (!values.NOTIFY_API_KEY && (values.NOTIFY_EMAIL_TEMPLATE || values.LETTERS_BY === 'notify'))
    wrong.push('NOTIFY_API_KEY is not set: NOTIFY_EMAIL_TEMPLATE and LETTERS_BY=notify need it.');
  return {
    smtpConnections: values.SMTP_CONNECTIONS,
    smtpPerMinute: values.SMTP_PER_MINUTE ?? null,
    copiesInDoubt: values.BULLETIN_COPIES_IN_DOUBT,
    dkim: dkimFrom(values, wrong),
    bounceAddress: bounce,
    notifyPerMinute: values.NOTIFY_PER_MINUTE,
    notifyEmailTemplate: values.NOTIFY_EMAIL_TEMPLATE ?? null,
    lettersBy: values.LETTERS_BY,
    notifyCallbackToken: token,
  };
}

function dkimFrom(values: BulletinValues, wrong: string[]): DkimSettings | null {
  const { DKIM_DOMAIN: domain, DKIM_SELECTOR: selector, DKIM_PRIVATE_KEY: key } = values;
  if (!domain && !selector && !key) return null;
  if (!domain || !selector || !key) {
    wrong.push('DKIM_DOMAIN, DKIM_SELECTOR and DKIM_PRIVATE_KEY must be set together.');
    return null;
  }
  // A value of one line: its line ends as \n, or the whole PEM in base64.
  const privateKey = key.includes('-----') ? key.replaceAll('\\n', '\n') : Buffer.from(key, 'base64').toString();
  try {
    createPrivateKey(privateKey);
  } catch {
    wrong.push('DKIM_PRIVATE_KEY cannot be used: give a private key as PEM, or that in base64.');
  }
  return { domain, selector, privateKey };
}
