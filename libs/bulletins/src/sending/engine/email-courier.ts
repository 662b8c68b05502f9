import { attachmentsOf, emailOf } from '@carers/composer';
import { Database } from '@carers/database';
import { ListHeaders, PreferenceLinks } from '@carers/information-service';
import { Clock } from '@carers/kernel';
import { Outbox } from '@carers/messages';
import { SchemeService } from '@carers/places';
import { Settings } from '@carers/settings';
import { Suppressions } from '@carers/suppression';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Transporter } from 'nodemailer';
import type { FrozenBulletin } from '../../writing/frozen-bulletin.js';
import { ProviderAway, recorded } from '../providers.js';
import { type BounceAddress, bounceAddress, bouncesOf } from '../bounces/verp.js';
import type { Claimed } from './batches.js';
import { type Courier, type Errand, someAtATime } from './courier.js';
import { HandOver } from './hand-over.js';
import { type HeldMail, openMailPool } from './mail-pool.js';
import { Pace } from './pace.js';
import type { SenderSession } from './sender-session.js';
import { meaningOf } from './smtp-answer.js';

/** Sends e-mails by SMTP: several connections at work, and the end of each message passed through one gate. */
@Injectable()
export class EmailCourier implements Courier, OnApplicationShutdown {
  private readonly domain: string;
  private readonly bounces: BounceAddress | null;
  private pool: Promise<Transporter> | null = null;
  private gate: { session: SenderSession; handOver: HandOver } | null = null;

  constructor(
    private readonly settings: Settings,
    private readonly links: PreferenceLinks,
    private readonly headers: ListHeaders,
    private readonly schemes: SchemeService,
    private readonly suppressions: Suppressions,
    private readonly database: Database,
    private readonly pace: Pace,
    private readonly clock: Clock,
    private readonly outbox: Outbox,
  ) {
    this.domain = settings.mailFrom.split('@').at(-1)!.replace(/>$/, '');
    this.bounces = bouncesOf(settings);
  }

  async carry({ bulletin, copies, session, stopped }: Errand): Promise<void> {
    const { smtpUrl, production } = this.settings;
    if (!smtpUrl && production) throw new ProviderAway('SMTP_URL');
    const { carersServices } = await this.schemes.current();
    const service = carersServices.find(({ id }) => id === bulletin.carersServiceId)!;
    if (!smtpUrl) {
      // A demo without a mail server: nothing leaves, as with other messages.
      await this.outbox.record(copies.map((copy) => this.shown(bulletin, copy, service)));
      return session.write(copies.map(recorded), []);
    }
    const pool = await (this.pool ??= openMailPool(this.settings));
    const handOver = this.gateOf(session);
    try {
      // One more than there are connections: the next is made ready while the others are under way.
      await someAtATime(copies, this.settings.bulletins.smtpConnections + 1, async (copy) => {
        if (stopped()) return;
        await this.pace.take('smtp', this.settings.bulletins.smtpPerMinute);
        const mail = this.mailOf(bulletin, copy, service);
        await this.send(pool, handOver, copy, { ...mail, beforeItEnds: () => handOver.pass(copy.deliveryId) });
      });
    } finally {
      await handOver.written();
    }
  }

  async onApplicationShutdown(): Promise<void> {
    (await this.pool)?.close();
  }

  private async send(pool: Transporter, handOver: HandOver, copy: Claimed, mail: HeldMail): Promise<void> {
    const { deliveryId } = copy;
    for (let attempt = 1; ; attempt++) {
      try {
        await pool.sendMail(mail);
        return handOver.settle({ deliveryId, result: 'sent', costPence: 0 });
      } catch (error) {
        const meaning = meaningOf(error, handOver.hasPassed(deliveryId));
        // It may have broken off while it waited at the gate.
        handOver.withdraw(deliveryId);
        // An idle connection that the server had closed says nothing of the server: a new one is tried.
        if (meaning.kind === 'away' && attempt < 3 && !/^\d/.test(meaning.said)) continue;
        if (meaning.kind === 'away') {
          handOver.settle({ deliveryId, result: 'unsent' });
          throw new ProviderAway(meaning.said);
        }
        handOver.settle({ deliveryId, result: meaning.kind, error: meaning.said });
        if (meaning.kind === 'failed' && meaning.noSuchMailbox) await this.bounced(copy);
        return;
      }
    }
  }

  private mailOf(
    bulletin: FrozenBulletin,
    { deliveryId, door }: Claimed,
    service: { slug: string; email: string; name: string },
  ) {
    const copy = bulletin.copyFor(door);
    const person = {
      firstName: door.firstName,
      name: door.name,
      preferenceUrl: this.links.urlFor(door),
      locale: door.locale,
      format: door.format,
    };
    const { subject, html, text } = emailOf(copy.composed, person, bulletin.emailFrame(copy.locale));
    return {
      from: { name: service.name, address: addressIn(this.settings.mailFrom) },
      replyTo: service.email,
      to: { name: door.name, address: door.address },
      ...(this.bounces && { envelope: { from: bounceAddress(deliveryId, this.bounces), to: door.address } }),
      subject,
      text,
      html,
      attachments: attachmentsOf(copy.composed).map(({ name, type, bytes, contentId }) => ({
        filename: name,
        contentType: type,
        content: bytes,
        ...(contentId && { cid: contentId, contentDisposition: 'inline' as const }),
      })),
      // The same for every try: whoever already has it can drop a second copy.
      messageId: `<${deliveryId}@${this.domain}>`,
      date: this.clock.now(),
      headers: {
        ...this.headers.for(door, service),
        // RFC 3834: nobody answers, and no holiday notice comes back. Older programs look for Precedence.
        'Auto-Submitted': 'auto-generated',
        Precedence: 'bulk',
        'Content-Language': copy.locale,
      },
    };
  }

  /** As the outbox of a demo shows it. */
  private shown(bulletin: FrozenBulletin, copy: Claimed, service: Parameters<EmailCourier['mailOf']>[2]) {
    const { subject, text, html, headers, messageId, replyTo } = this.mailOf(bulletin, copy, service);
    const { deliveryId: id, door } = copy;
    return {
      ...{ id, template: 'bulletins/copy', channel: 'email' as const, to: door.address, toName: door.name },
      ...{ locale: door.locale, about: { kind: 'delivery', id }, subject, text, html },
      headers: { ...headers, 'Reply-To': replyTo, 'Message-ID': messageId },
    };
  }

  private gateOf(session: SenderSession): HandOver {
    if (this.gate?.session !== session)
      this.gate = { session, handOver: new HandOver(session, this.settings.bulletins.copiesInDoubt) };
    return this.gate.handOver;
  }

  /** The server says at once that there is no such mailbox: as good as a hard bounce that comes back later. */
  private async bounced({ deliveryId, door }: Claimed): Promise<void> {
    await this.database.transaction((tx) =>
      this.suppressions.bounced(tx, {
        channel: 'email',
        address: door.address,
        kind: 'hard',
        at: this.clock.now(),
        about: { kind: 'delivery', id: deliveryId },
      }),
    );
  }
}

function addressIn(from: string): string {
  return /<([^>]+)>/.exec(from)?.[1] ?? from;
}
