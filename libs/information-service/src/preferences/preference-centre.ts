import type { Actor } from '@carers/audit';
import { Cardholder, Cardholders } from '@carers/cards';
import { Database, type Tx } from '@carers/database';
import { Clock, type FieldError, InvalidInput } from '@carers/kernel';
import { SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';
import { Ages } from '../children/young-rules.js';
import type { Decider } from '../consents.js';
import { InformationService, type Preferences } from '../information-service.js';
import { channels, type ConsentAnswer, type Format, purposes, type Way } from '../purposes.js';
import { Subscriber } from '../subscriber.entity.js';
import { Subscription } from '../subscription.entity.js';
import { ContactChanges } from './contact-changes.js';
import { answersOf, faultOfPause, type PreferenceFormValues } from './preference.form.js';
import { merge, type Merged } from './preference-merge.js';
import { choicesOf } from './preference-choices.js';

/** What came of a form: `newer` names what stayed because it was changed elsewhere, `waiting` new addresses to be confirmed. */
export interface SavedPreferences {
  newer: string[];
  waiting: ('email' | 'text')[];
}

/** Something on the form was changed since it was shown. Nothing of it was saved. */
export class PreferencesChanged extends InvalidInput {
  /** @param touched fields that the person changed: what they typed there comes back, the rest as it is now */
  constructor(
    errors: readonly FieldError[],
    readonly touched: readonly string[],
  ) {
    super(errors);
  }
}

/** Takes a preference form, of the person themselves or of an officer who fills it in for them: the same record. */
@Injectable()
export class PreferenceCentre {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly schemes: SchemeService,
    private readonly service: InformationService,
    private readonly cardholders: Cardholders,
    private readonly contacts: ContactChanges,
    private readonly ages: Ages,
  ) {}

  /**
   * Saves what the person changed on the form, all of it or nothing.
   * @throws InvalidInput where a day or postcode is none, or where something was changed since the form was shown
   */
  async save(
    subscriberId: string,
    form: PreferenceFormValues,
    said: { how: Way; actor: Actor; decidedBy?: Decider },
  ): Promise<SavedPreferences> {
    const { locales } = await this.schemes.current();
    const today = this.clock.today();
    const fault = faultOfPause(form, today);
    if (fault) throw new InvalidInput([{ field: 'until', message: fault }]);
    const region = form.newPostcode ? await this.cardholders.regionOf(form.newPostcode) : null;
    return this.database.transaction(async (tx) => {
      const subscriber = await this.locked(tx, subscriberId, form);
      const now = choicesOf(subscriber, await tx.findBy(Subscription, { subscriberId }), today);
      const shown = form.shown ?? now;
      const merged = merge(shown, answersOf(form, today, locales), now);
      this.refuseConflicts(subscriber, shown, now, merged);
      const { how, actor, decidedBy } = said;
      await this.checkDecider(tx, subscriber, consentsOf(merged.wanted), decidedBy);
      await this.service.prefer(tx, subscriberId, preferencesOf(merged.wanted), how, actor);
      await this.service.change(tx, subscriberId, consentsOf(merged.wanted), how, actor, {
        wordingVersion: form.wording,
        ...(decidedBy && { decidedBy }),
      });
      return { newer: merged.newer, waiting: await this.changeContact(tx, subscriber, form, region, said) };
    });
  }

  /** A child may look, and stop everything; a yes needs a parent or sponsor. */
  private async checkDecider(
    tx: Tx,
    { cardholderId }: Subscriber,
    answers: readonly ConsentAnswer[],
    decidedBy: Decider | undefined,
  ): Promise<void> {
    if (answers.length === 0 || decidedBy) return;
    const { birthDate } = await tx.findOneByOrFail(Cardholder, { id: cardholderId });
    if (!(await this.ages.rulesFor(birthDate)).adultDecides) return;
    throw new InvalidInput([{ field: 'deciderName', message: 'information-service:children.adult-decides' }]);
  }

  /** A new address counts at once; a new e-mail address or mobile number when it was confirmed. */
  private async changeContact(
    tx: Tx,
    subscriber: Subscriber,
    form: PreferenceFormValues,
    region: string | null,
    said: { how: Way; actor: Actor },
  ): Promise<('email' | 'text')[]> {
    if (form.newAddress && form.newPostcode) {
      const details = { address: form.newAddress, postcode: form.newPostcode };
      await this.cardholders.correctIn(tx, subscriber.cardholderId, details, region, said.actor);
    }
    const waiting: ('email' | 'text')[] = [];
    for (const [channel, address] of [
      ['email', form.newEmail],
      ['text', form.newMobile],
    ] as const) {
      if (address && (await this.contacts.request(tx, subscriber, { channel, address }, said))) waiting.push(channel);
    }
    return waiting;
  }

  /** Cardholder before subscriber, as every change of address locks them. */
  private async locked(tx: Tx, subscriberId: string, form: PreferenceFormValues): Promise<Subscriber> {
    if (form.newAddress) {
      const { cardholderId } = await tx.findOneByOrFail(Subscriber, { id: subscriberId });
      await tx.findOne(Cardholder, { where: { id: cardholderId }, lock: { mode: 'pessimistic_write' } });
    }
    return tx.findOneOrFail(Subscriber, { where: { id: subscriberId }, lock: { mode: 'pessimistic_write' } });
  }

  /** Nobody is asked to guess: the form comes back with what they typed, beside what is so now. */
  private refuseConflicts(
    subscriber: Subscriber,
    shown: Readonly<Record<string, string>>,
    now: Readonly<Record<string, string>>,
    { wanted, conflicts }: Merged,
  ): void {
    const errors: FieldError[] = conflicts.map((field) => ({
      field,
      message: 'information-service:preferences.changed-meanwhile',
    }));
    // A form from before they left must not bring somebody back unasked.
    const leftSince = subscriber.leftAt !== null && shown['left'] === 'no' && now['left'] === 'yes';
    if (leftSince) {
      const yes = Object.keys(wanted).filter((field) => field.includes('.') && wanted[field] === 'yes');
      errors.push(...yes.map((field) => ({ field, message: 'information-service:preferences.left-meanwhile' })));
    }
    if (errors.length > 0) throw new PreferencesChanged(errors, [...Object.keys(wanted), ...conflicts]);
  }
}

function consentsOf(wanted: Readonly<Record<string, string>>): ConsentAnswer[] {
  return purposes.flatMap((purpose) =>
    channels.flatMap((channel) => {
      const answer = wanted[`${purpose}.${channel}`];
      return answer === undefined ? [] : [{ purpose, channel, given: answer === 'yes' }];
    }),
  );
}

function preferencesOf({ format, locale, topics, pause }: Record<string, string>): Preferences {
  return {
    ...(format !== undefined && { format: format as Format }),
    ...(locale !== undefined && { locale }),
    ...(topics !== undefined && { topics: topics ? topics.split(' ') : [] }),
    ...(pause !== undefined && { pausedUntil: pause || null }),
  };
}
