import { Audit } from '@carers/audit';
import { Database, keyedHash } from '@carers/database';
import { Clock, Ids, isUuid } from '@carers/kernel';
import { Messages } from '@carers/messages';
import { OutsideTerritory, Places, PostcodeNotValid, SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';
import { Referrer } from '../referrer.entity.js';
import { ReferrerKinds } from '../referrer-kinds.js';
import { ReferrerEnded } from '../referrers.problems.js';
import { Agreements } from './agreements.js';
import { HandOver } from './hand-over.entity.js';
import type { HandOverForm } from './hand-over.forms.js';

/** How carers are handed over: taken from a professional who has no account. */
@Injectable()
export class HandOvers {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly audit: Audit,
    private readonly messages: Messages,
    private readonly kinds: ReferrerKinds,
    private readonly agreements: Agreements,
    private readonly places: Places,
    private readonly schemes: SchemeService,
  ) {}

  /**
   * Takes a carer into the queue of the carers service, and queues the note to them where they agreed to one. The same form
   * again, or the same carer from the same referrer while they wait, changes nothing; the professional is not told which.
   * @throws ReferrerEnded
   */
  async receive(referrerId: string, form: HandOverForm, locale: string): Promise<void> {
    const served = await this.serviceOf(form.postcode);
    await this.database.transaction(async (tx) => {
      // Whoever ends the referrer waits, or was first.
      const referrer = await tx.findOne(Referrer, { where: { id: referrerId }, lock: { mode: 'pessimistic_read' } });
      if (!referrer || referrer.endedAt) throw new ReferrerEnded();
      const offered = await this.kinds.reasonsOf(referrer.kind);
      const handOver = Object.assign(new HandOver(), {
        id: form.form && isUuid(form.form) ? form.form.toLowerCase() : this.ids.next(),
        referrerId,
        carersServiceId: served ?? referrer.carersServiceId,
        receivedAt: this.clock.now(),
        state: 'new',
        attempts: 0,
        closedAt: null,
        closedBy: null,
        locale,
        wordingVersion: await this.agreements.keep(tx, locale),
        agreedHow: form.agreedHow,
        firstName: form.firstName,
        lastName: form.lastName,
        phone: form.phone,
        phoneHash: keyedHash(form.phone, 'hand-over-phone'),
        email: form.email,
        postcode: form.postcode,
        bestTime: form.bestTime,
        noteBy: form.noteBy === 'none' ? null : form.noteBy,
        reasons: offered.filter((reason) => form.reasons.includes(reason)),
        givenBy: form.givenBy,
        givenAs: form.givenAs,
        forgottenAt: null,
      } satisfies Partial<HandOver>);
      const { raw } = await tx
        .createQueryBuilder()
        .insert()
        .into(HandOver)
        .values(handOver)
        .orIgnore()
        .returning('id')
        .execute();
      if ((raw as unknown[]).length === 0) return;
      await this.audit.record(tx, {
        action: 'hand-over.received',
        subject: { kind: 'hand-over', id: handOver.id },
        actor: { kind: 'system', id: 'hand-over-form' },
        details: { referrerId, agreedHow: handOver.agreedHow, wordingVersion: handOver.wordingVersion },
      });
      const { noteBy } = handOver;
      if (!noteBy) return;
      await this.messages.queue(tx, {
        to: {
          channel: noteBy,
          address: noteBy === 'text' ? handOver.phone! : handOver.email!,
          name: `${handOver.firstName} ${handOver.lastName}`,
          locale,
        },
        template: 'referrers/handed-over',
        params: { handOverId: handOver.id },
        about: { kind: 'hand-over', id: handOver.id },
      });
    });
  }

  /** The carers service of where the carer lives; null where that is not known, or is not ours. */
  private async serviceOf(postcode: string | null): Promise<string | null> {
    if (!postcode) return null;
    try {
      const { regionId } = await this.places.find(postcode);
      return (await this.schemes.regions()).find(({ id }) => id === regionId)!.carersServiceId;
    } catch (problem) {
      if (problem instanceof OutsideTerritory || problem instanceof PostcodeNotValid) return null;
      throw problem;
    }
  }
}
