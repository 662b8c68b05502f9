import { emailOf, textOf } from '@carers/composer';
import { PreferenceLinks } from '@carers/information-service';
import { Clock } from '@carers/kernel';
import { SchemeService } from '@carers/places';
import { Settings } from '@carers/settings';
import { Injectable } from '@nestjs/common';
import type { FrozenBulletin } from '../../writing/frozen-bulletin.js';
import { type Outcome, ProviderAway } from '../providers.js';
import type { Claimed } from './batches.js';
import { type Courier, type Errand, someAtATime } from './courier.js';
import { NotifyApi, type NotifyAnswer } from './notify-api.js';
import { Pace } from './pace.js';

/** Requests to Notify at once: at 3,000 a minute and some 150 ms each, eight are under way. */
const atOnce = 10;

/** Sends texts, and e-mails where the settings say so, by GOV.UK Notify. What was in doubt is looked up first. */
@Injectable()
export class NotifyCourier implements Courier {
  constructor(
    private readonly settings: Settings,
    private readonly links: PreferenceLinks,
    private readonly schemes: SchemeService,
    private readonly pace: Pace,
    private readonly clock: Clock,
  ) {}

  async carry({ bulletin, copies, session, stopped }: Errand): Promise<void> {
    const { notify } = this.settings;
    if (!notify) throw new ProviderAway('NOTIFY_API_KEY');
    const api = new NotifyApi(notify, () => Math.floor(this.clock.now().getTime() / 1000));
    const { prices } = (await this.schemes.policyOn()).bulletins;
    const outcomes: Outcome[] = [];
    try {
      await someAtATime(copies, atOnce, async (copy) => {
        if (stopped()) return;
        await this.pace.take('notify', this.settings.bulletins.notifyPerMinute);
        const { answer, segments } = await this.send(api, bulletin, copy);
        const { deliveryId } = copy;
        if (answer.kind === 'away') throw new ProviderAway(answer.said);
        if (answer.kind !== 'taken')
          outcomes.push({ deliveryId, result: answer.kind === 'doubt' ? 'ask' : answer.kind, error: answer.said });
        else
          outcomes.push({
            deliveryId,
            result: 'sent',
            reference: answer.id,
            units: segments,
            costPence: (segments ?? 0) * prices.textSegment,
          });
      });
    } finally {
      await session.write(outcomes, []);
    }
  }

  private async send(
    api: NotifyApi,
    bulletin: FrozenBulletin,
    { deliveryId, door, doubts }: Claimed,
  ): Promise<{ answer: NotifyAnswer; segments: number | null }> {
    const copy = bulletin.copyFor(door);
    const person = {
      firstName: door.firstName,
      name: door.name,
      preferenceUrl: this.links.urlFor(door),
      locale: door.locale,
      format: door.format,
    };
    const text = door.channel === 'text' ? textOf(copy.composed, person, bulletin.textFrame(copy.locale)) : null;
    const segments = text?.segments ?? null;
    if (doubts > 0) {
      // Sent before, perhaps: Notify knows it by our reference. One that cannot be asked is no answer.
      const known = await api.byReference(deliveryId).catch((error: Error) => {
        throw new ProviderAway(error.message);
      });
      if (known) return { answer: { kind: 'taken', id: known.id }, segments };
    }
    if (text) return { answer: await api.sendText(door.address, text.text, deliveryId), segments };
    const email = emailOf(copy.composed, person, bulletin.emailFrame(copy.locale));
    const words = { subject: email.subject, message: email.text };
    const template = this.settings.bulletins.notifyEmailTemplate!;
    const oneClick = `${person.preferenceUrl}/unsubscribe`;
    return { answer: await api.sendEmail(template, door.address, words, oneClick, deliveryId), segments };
  }
}
