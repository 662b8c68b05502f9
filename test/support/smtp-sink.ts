import { SMTPServer } from 'smtp-server';

/** A message as the mail server took it. */
export interface SunkMail {
  from: string;
  to: string;
  /** Headers and body, CRLF between lines. */
  raw: string;
}

/** What the sink answers to a recipient or a message: null takes it. */
export type Refusal = { code: number; text: string } | null;

/** A mail server on this machine that takes everything, remembers it, and refuses what a test says. */
export class SmtpSink {
  readonly mails: SunkMail[] = [];
  /** Asked for each recipient. */
  recipient: (address: string) => Refusal = () => null;
  /** Asked for each message that has ended; may take its time. */
  message: (mail: SunkMail) => Refusal | Promise<Refusal> = () => null;
  private readonly server: SMTPServer;

  constructor() {
    this.server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['AUTH', 'STARTTLS'],
      logger: false,
      disableReverseLookup: true,
      onRcptTo: ({ address }, _session, done) => done(errorOf(this.recipient(address))),
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const { mailFrom, rcptTo } = session.envelope;
          const from = mailFrom ? mailFrom.address : '';
          const mail = { from, to: rcptTo[0]!.address, raw: Buffer.concat(chunks).toString() };
          void Promise.resolve(this.message(mail)).then((refusal) => {
            if (!refusal) this.mails.push(mail);
            done(errorOf(refusal));
          });
        });
      },
    });
    // Killed workers leave broken connections behind.
    this.server.on('error', () => undefined);
  }

  /** Begins to listen and gives its address. */
  async open(): Promise<string> {
    const port = await new Promise<number>((resolve) => {
      const listening = this.server.listen(0, '127.0.0.1', () => {
        resolve((listening as unknown as { address(): { port: number } }).address().port);
      });
    });
    return `smtp://127.0.0.1:${port}?ignoreTLS=true`;
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}

function errorOf(refusal: Refusal): Error | null | undefined {
  return refusal && Object.assign(new Error(refusal.text), { responseCode: refusal.code });
}
