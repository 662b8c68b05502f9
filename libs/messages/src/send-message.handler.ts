import { Database } from '@carers/database';
import { HandlesJob, type JobHandler } from '@carers/jobs';
import { Clock } from '@carers/kernel';
import { BrandSource, Views } from '@carers/pages';
import { type Reason, Suppressions } from '@carers/suppression';
import { Injectable, Logger, Optional } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { sendMessage } from './message-jobs.js';
import { type ParamsSupplier, type SuppliedParams, SupplierOf } from './message-params.js';
import { type FoundWords, MessageWords } from './message-words.js';
import { OutgoingMessage } from './outgoing-message.entity.js';
import { type ReadyMessage, RefusedForGood, Transport } from './transport.js';

/** Sends one message: claims it, words it, hands it over, and writes down what became of it. */
@Injectable()
@HandlesJob(sendMessage)
export class SendMessageHandler implements JobHandler<{ messageId: string }> {
  private readonly logger = new Logger('messages');

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly views: Views,
    private readonly brands: BrandSource,
    private readonly transport: Transport,
    private readonly suppressions: Suppressions,
    private readonly discovery: DiscoveryService,
    @Optional() private readonly words: MessageWords = new MessageWords(),
  ) {}

  async handle({ messageId }: { messageId: string }): Promise<void> {
    const message = await this.claim(messageId);
    if (!message) return;
    let ready: ReadyMessage;
    let supplied: SuppliedParams;
    let found: FoundWords | null = null;
    try {
      supplied = await this.suppliedFor(message);
      if (supplied.drop) return await this.save(messageId, { state: 'failed', error: 'No longer wanted.' });
      const blocked = await this.whyNot(message, supplied);
      if (blocked) return await this.save(messageId, { state: 'suppressed', error: `Suppressed: ${blocked}.` });
      if (!supplied.words) {
        const written = await this.words.find(message, modelOf(message, supplied));
        if (written === 'off') return await this.save(messageId, { state: 'failed', error: 'Switched off.' });
        found = written;
      }
      ready = await this.word(message, found ? { ...supplied, words: found } : supplied);
    } catch (error) {
      // Nothing left the house, so it may be tried again.
      await this.save(messageId, { state: 'queued', error: String(error) });
      throw error;
    }
    await this.handOver(ready, supplied.secret === true, found?.versionId ?? null);
  }

  /** Takes a queued message. One found `sending` was left by a worker that died: whether it left is not known. */
  private async claim(id: string): Promise<OutgoingMessage | null> {
    return this.database.transaction(async (tx) => {
      const message = await tx.findOne(OutgoingMessage, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (message?.state === 'sending') {
        await tx.update(OutgoingMessage, { id }, { state: 'unknown', error: 'The worker stopped while sending.' });
        return null;
      }
      if (message?.state !== 'queued') return null;
      await tx.update(OutgoingMessage, { id }, { state: 'sending' });
      return message;
    });
  }

  /** Why its address takes nothing, asked as late as can be; null where it takes this. */
  private async whyNot(message: OutgoingMessage, { askedFor }: SuppliedParams): Promise<Reason | null> {
    const { channel, recipient: address, recipientName: name } = message;
    const [reason] = await this.suppressions.blockedOf(this.database.reader, [{ channel, address, name, askedFor }]);
    return reason ?? null;
  }

  private async word(message: OutgoingMessage, supplied: SuppliedParams): Promise<ReadyMessage> {
    const [lib, name] = message.template.split('/') as [string, string];
    const template = `${lib}/messages/${name}`;
    const model = modelOf(message, supplied);
    const context = { locale: message.locale, brand: await this.brands.current() };
    const common = {
      id: message.id,
      channel: message.channel,
      to: message.recipient,
      toName: message.recipientName,
      headers: supplied.headers ?? {},
    };
    if (supplied.words) {
      const { subject, text } = supplied.words;
      const html = message.channel === 'email' ? supplied.words.html : null;
      return { ...common, subject, text, html, attachments: supplied.attachments ?? [] };
    }
    if (message.channel === 'text') {
      return { ...common, subject: '', text: this.views.plainText(`${template}-text`, model, context), html: null };
    }
    const email = this.views.email(template, model, context);
    if (message.channel !== 'email') return { ...common, ...email, html: null };
    return { ...common, ...email, attachments: supplied.attachments ?? [] };
  }

  private async handOver(ready: ReadyMessage, secret: boolean, wordsVersionId: string | null): Promise<void> {
    const copy = secret && !this.transport.onlyRecords ? {} : copyOf(ready);
    const keep = { ...copy, wordsVersionId };
    try {
      const state = await this.transport.deliver(ready);
      await this.save(ready.id, { state, sentAt: state === 'sent' ? this.clock.now() : null, error: null, ...keep });
    } catch (error) {
      const forGood = error instanceof RefusedForGood;
      await this.save(ready.id, { state: forGood ? 'failed' : 'queued', error: String(error), ...keep });
      if (!forGood) throw error;
      this.logger.warn(`Message ${ready.id} was refused for good.`);
    }
  }

  private async suppliedFor(message: OutgoingMessage): Promise<SuppliedParams> {
    const wrapper = this.discovery
      .getProviders({ metadataKey: SupplierOf.KEY })
      .find((candidate) => this.discovery.getMetadataByDecorator(SupplierOf, candidate) === message.template);
    if (!wrapper) return { params: {} };
    return (wrapper.instance as ParamsSupplier).supply(message);
  }

  private async save(id: string, change: Partial<OutgoingMessage>): Promise<void> {
    await this.database.transaction((tx) => tx.update(OutgoingMessage, { id }, change));
  }
}

/** What a template is filled with. */
function modelOf(message: OutgoingMessage, supplied: SuppliedParams): Record<string, unknown> {
  return { name: message.recipientName, ...message.params, ...supplied.params };
}

function copyOf(ready: ReadyMessage): Partial<OutgoingMessage> {
  return {
    subject: ready.subject,
    bodyText: ready.text,
    bodyHtml: ready.html,
    headers: JSON.stringify(ready.headers),
  };
}
