import type { Settings } from '@carers/settings';
import type { Transporter } from 'nodemailer';
import type { NotifyTexts } from './notify-texts.js';
import { type Delivery, type ReadyMessage, RefusedForGood, Transport } from './transport.js';

/**
 * E-mail by SMTP, texts by GOV.UK Notify, letters to the print pile. Without Notify texts are refused, in words. The clients
 * are loaded with the first message: a process that only queues messages, as the web does, needs no memory for them.
 */
export class LiveTransport extends Transport {
  readonly onlyRecords = false;
  private readonly from: string;
  private readonly domain: string;
  private mailer: Promise<Transporter> | null = null;
  private texts: Promise<NotifyTexts> | null = null;

  constructor(private readonly settings: Settings) {
    super();
    this.from = settings.mailFrom;
    this.domain = this.from.split('@').at(-1)!.replace(/>$/, '');
  }

  async deliver(message: ReadyMessage): Promise<Delivery> {
    if (message.channel === 'post') return 'to_print';
    if (message.channel === 'text') {
      const { notify } = this.settings;
      if (!notify) throw new RefusedForGood('No provider for text messages is set up.');
      this.texts ??= import('./notify-texts.js').then(({ NotifyTexts }) => new NotifyTexts(notify));
      await (await this.texts).send(message.to, message.text, message.id);
      return 'sent';
    }
    const mailer = await (this.mailer ??= this.connect());
    try {
      await mailer.sendMail({
        from: this.from,
        to: message.toName ? { name: message.toName, address: message.to } : message.to,
        subject: message.subject,
        text: message.text,
        html: message.html ?? undefined,
        attachments: message.attachments?.map(({ name, type, bytes, contentId }) => ({
          filename: name,
          contentType: type,
          content: bytes,
          ...(contentId && { cid: contentId, contentDisposition: 'inline' as const }),
        })),
        // The same for every try: a server that already has it can drop the second copy.
        messageId: `<${message.id}@${this.domain}>`,
        headers: { 'Auto-Submitted': 'auto-generated', ...message.headers },
      });
      return 'sent';
    } catch (error) {
      // Servers repeat the address in their answers, and what is thrown here goes into logs.
      const { responseCode, code } = error as { responseCode?: number; code?: string };
      if (responseCode !== undefined && responseCode >= 500)
        throw new RefusedForGood(`The mail server refused it (${responseCode}).`);
      throw new Error(`The mail server did not take it (${responseCode ?? code ?? 'no reason given'}).`);
    }
  }

  private async connect(): Promise<Transporter> {
    const { createTransport } = await import('nodemailer');
    return createTransport({
      url: this.settings.smtpUrl ?? undefined,
      pool: true,
      connectionTimeout: 10_000,
      greetingTimeout: 10_000,
      socketTimeout: 30_000,
      disableFileAccess: true,
      disableUrlAccess: true,
    } as object);
  }
}
