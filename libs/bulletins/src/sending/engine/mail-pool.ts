import { pipeline, Transform } from 'node:stream';
import type { Settings } from '@carers/settings';
import type { SendMailOptions, Transporter } from 'nodemailer';

/** An e-mail whose end waits. */
export interface HeldMail extends SendMailOptions {
  /** Asked once all but the final dot has gone to the server; the dot follows when it comes back. */
  beforeItEnds: () => Promise<void>;
}

/** What nodemailer gives its transport: the parts that are used here. */
interface MailToSend {
  data: Partial<HeldMail>;
  message: { processFunc(change: (input: NodeJS.ReadableStream) => NodeJS.ReadableStream): void };
}

interface PooledTransport {
  send(mail: MailToSend, done: (error: Error | null, info: unknown) => void): unknown;
}

/**
 * The pool of connections to the mail server. `beforeItEnds` stands behind DKIM, so that all of a message but its dot
 * lies with the server when it is asked (RFC 5321, 4.1.1.4: until the dot the server has nothing).
 */
export async function openMailPool(settings: Settings): Promise<Transporter> {
  const { createTransport } = await import('nodemailer');
  const transporter = createTransport({
    url: settings.smtpUrl ?? undefined,
    pool: true,
    maxConnections: settings.bulletins.smtpConnections,
    maxMessages: 1_000,
    // The pool would send a message again by itself after a broken connection, also one whose dot was written.
    maxRequeues: 0,
    connectionTimeout: 10_000,
    greetingTimeout: 30_000,
    // RFC 5321, 4.5.3.2.6 asks for ten minutes after the dot, since giving up sooner makes second copies.
    socketTimeout: 600_000,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(settings.bulletins.dkim && {
      dkim: {
        domainName: settings.bulletins.dkim.domain,
        keySelector: settings.bulletins.dkim.selector,
        privateKey: settings.bulletins.dkim.privateKey,
        // RFC 8058, 4: both headers of one-click unsubscribing must be signed; those of RFC 6376 are by default.
        headerFieldNames: signedFields,
      },
    }),
  } as object);
  const pool = transporter.transporter as unknown as PooledTransport;
  const send = pool.send.bind(pool);
  pool.send = (mail, done) => {
    const { beforeItEnds } = mail.data;
    if (beforeItEnds) {
      mail.message.processFunc((input) => pipeline(input, heldBack(beforeItEnds), () => undefined));
    }
    return send(mail, done);
  };
  return transporter as unknown as Transporter;
}

function heldBack(beforeItEnds: () => Promise<void>): Transform {
  return new Transform({
    transform: (chunk: Buffer, _encoding, done) => done(null, chunk),
    flush: (done) => void beforeItEnds().then(() => done(), done),
  });
}

const signedFields = [
  'From',
  'Sender',
  'Reply-To',
  'Subject',
  'Date',
  'Message-ID',
  'To',
  'MIME-Version',
  'Content-Type',
  'Content-Transfer-Encoding',
  'List-Id',
  'List-Unsubscribe',
  'List-Unsubscribe-Post',
  'Auto-Submitted',
].join(':');
