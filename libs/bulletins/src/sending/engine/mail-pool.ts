import { Readable } from 'node:stream';
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
  message: { processFunc(change: (input: Readable) => Readable): void };
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
    if (beforeItEnds) mail.message.processFunc((input) => new HeldBack(input, beforeItEnds));
    return send(mail, done);
  };
  return transporter as unknown as Transporter;
}

/** Bytes that go to a connection at a time: a message comes in some twenty small parts, and each write costs. */
const pieceSize = 64 * 1024;

/**
 * A message without its end. It begins only once it is read, which nodemailer does when the server has agreed to take it
 * (354): before that, waiting for the end of another message would be waiting for nothing.
 */
class HeldBack extends Readable {
  private begun = false;
  private kept: Buffer[] = [];
  private size = 0;

  constructor(
    private readonly input: Readable,
    private readonly beforeItEnds: () => Promise<void>,
  ) {
    super({ highWaterMark: pieceSize });
  }

  override _read(): void {
    if (this.begun) return void this.input.resume();
    this.begun = true;
    this.input.once('error', (error) => this.destroy(error));
    this.input.once('end', () => this.allRead());
    this.input.on('data', (chunk: Buffer) => {
      this.kept.push(chunk);
      this.size += chunk.length;
      if (this.size >= pieceSize && !this.passOn()) this.input.pause();
    });
  }

  private allRead(): void {
    if (this.size > 0) this.passOn();
    // A connection that is behind is not ready to end: the turn would be held while the rest of it goes out.
    if (this.isPaused()) this.once('resume', () => this.end());
    else this.end();
  }

  private end(): void {
    this.beforeItEnds().then(
      () => this.push(null),
      (error: Error) => this.destroy(error),
    );
  }

  private passOn(): boolean {
    const piece = Buffer.concat(this.kept, this.size);
    this.kept = [];
    this.size = 0;
    return this.push(piece);
  }
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
