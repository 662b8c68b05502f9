import { emailOf, type MergePerson, textOf } from '@carers/composer';
import { PreferenceLinks } from '@carers/information-service';
import { Clock } from '@carers/kernel';
import { Outbox } from '@carers/messages';
import { SchemeService } from '@carers/places';
import { Settings } from '@carers/settings';
import { Injectable } from '@nestjs/common';
import type { FrozenBulletin } from '../../writing/frozen-bulletin.js';
import { type Outcome, ProviderAway, recorded } from '../providers.js';
import type { Claimed } from './batches.js';
import { type Courier, type Errand, someAtATime } from './courier.js';
import { NotifyApi, type NotifyAnswer } from './notify-api.js';
import { NotifyLetters } from './notify-letters.js';
import { Pace } from './pace.js';

/** Requests to Notify at once: at 3,000 a minute and some 150 ms each, eight are under way. */
const atOnce = 10;

/** Sends texts, and e-mails and letters where the settings say so, by GOV.UK Notify. What was in doubt is looked up first. */
@Injectable()
export class NotifyCourier implements Courier {
  constructor(
    private readonly settings: Settings,
    private readonly links: PreferenceLinks,
    private readonly schemes: SchemeService,
    private readonly pace: Pace,
    private readonly clock: Clock,
    private readonly letters: NotifyLetters,
    private readonly outbox: Outbox,
  ) {}

  async carry({ bulletin, copies, session, stopped }: Errand): Promise<void> {
    const { notify, smtpUrl, production } = this.settings;
    if (!notify && !smtpUrl && !production) {
      // A demo without providers: nothing leaves, as with other messages.
      await this.outbox.record(copies.map((copy) => this.shown(bulletin, copy)));
      return session.write(copies.map(recorded), []);
    }
    if (!notify) throw new ProviderAway('NOTIFY_API_KEY');
    const api = new NotifyApi(notify, () => Math.floor(this.clock.now().getTime() / 1000));
    const outcomes: Outcome[] = [];
    try {
      await someAtATime(copies, atOnce, async (copy) => {
        if (stopped()) return;
        await this.pace.take('notify', this.settings.bulletins.notifyPerMinute);
        const { answer, units, costPence } = await this.send(api, bulletin, copy);
        const { deliveryId } = copy;
        if (answer.kind === 'away') throw new ProviderAway(answer.said);
        if (answer.kind === 'taken')
          outcomes.push({ deliveryId, result: 'sent', reference: answer.id, units, costPence });
        else outcomes.push({ deliveryId, result: answer.kind === 'doubt' ? 'ask' : answer.kind, error: answer.said });
      });
    } finally {
      await session.write(outcomes, []);
    }
  }

  private async send(api: NotifyApi, bulletin: FrozenBulletin, { deliveryId, door, doubts }: Claimed): Promise<Sent> {
    const copy = bulletin.copyFor(door);
    const person = this.personOf(door);
    const { prices } = (await this.schemes.policyOn()).bulletins;
    let units: number | null = null;
    let costPence = 0;
    let hand: () => Promise<NotifyAnswer>;
    if (door.channel === 'post') {
      const letter = await this.letters.make(bulletin, deliveryId, door, person);
      units = letter.pages;
      costPence = prices.letterFirstSheet + prices.letterFurtherSheet * (Math.ceil(letter.pages / 2) - 1);
      hand = () => api.sendLetter(letter.pdf, deliveryId);
    } else if (door.channel === 'text') {
      const text = textOf(copy.composed, person, bulletin.textFrame(copy.locale));
      units = text.segments;
      costPence = text.segments * prices.textSegment;
      hand = () => api.sendText(door.address, text.text, deliveryId);
    } else {
      const email = emailOf(copy.composed, person, bulletin.emailFrame(copy.locale));
      const words = { subject: email.subject, message: email.text };
      const template = this.settings.bulletins.notifyEmailTemplate!;
      hand = () => api.sendEmail(template, door.address, words, `${person.preferenceUrl}/unsubscribe`, deliveryId);
    }
    // Sent before, perhaps: Notify knows it by our reference. One that cannot be asked is no answer.
    const known = doubts > 0 ? await api.byReference(deliveryId).catch(away) : null;
    return { answer: known ? { kind: 'taken', id: known.id } : await hand(), units, costPence };
  }

  /** A text as the outbox of a demo shows it; letters are printed there. */
  private shown(bulletin: FrozenBulletin, { deliveryId: id, door }: Claimed) {
    const { composed, locale } = bulletin.copyFor(door);
    const { text } = textOf(composed, this.personOf(door), bulletin.textFrame(locale));
    return {
      ...{ id, template: 'bulletins/copy', channel: 'text' as const, to: door.address, toName: door.name },
      ...{ locale, about: { kind: 'delivery', id }, subject: '', text, html: null, headers: {} },
    };
  }

  private personOf(door: Claimed['door']): MergePerson {
    const { firstName, name, locale, format } = door;
    return { firstName, name, preferenceUrl: this.links.urlFor(door), locale, format };
  }
}

interface Sent {
  answer: NotifyAnswer;
  units: number | null;
  costPence: number;
}

function away(error: Error): never {
  throw new ProviderAway(error.message);
}
