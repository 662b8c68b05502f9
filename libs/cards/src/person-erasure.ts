import { Accounts } from '@carers/access';
import { type Actor, Audit } from '@carers/audit';
import type { Tx } from '@carers/database';
import { keyedHash } from '@carers/database';
import { Clock } from '@carers/kernel';
import { Messages } from '@carers/messages';
import { Injectable } from '@nestjs/common';
import { Card } from './card.entity.js';
import { Cardholder } from './cardholder.entity.js';

/** Whose traces go. */
export interface PersonToErase {
  cardholderId: string;
  cardIds: readonly string[];
}

/** @returns ids of the lib's own records that messages to this person were about: their words go too */
type Eraser = (tx: Tx, person: PersonToErase) => Promise<readonly string[]>;

/** What stands where a name was: lists of the past show it. */
const nobody = '—';

/**
 * Erasure of a person (UK GDPR Article 17), all of it in one transaction. What is left are rows without anybody: that there
 * was a card, a sign-up, a use, with region and day, so that every count stays what it was. Each lib that keeps anything
 * about people takes away its own: it says how with `add` in the start of a module that runs in the web and in the worker.
 */
@Injectable()
export class PersonErasure {
  private readonly erasers: Eraser[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly audit: Audit,
    private readonly messages: Messages,
    private readonly accounts: Accounts,
  ) {}

  add(eraser: Eraser): void {
    this.erasers.push(eraser);
  }

  /** Again changes nothing. Lock the cardholder first. */
  async erase(tx: Tx, { id, accountId, erasedAt }: Cardholder, actor: Actor): Promise<void> {
    if (erasedAt) return;
    const cards = await tx.find(Card, { where: { cardholderId: id }, select: { id: true } });
    const cardIds = cards.map((card) => card.id);
    const about = [id, ...cardIds];
    for (const eraser of this.erasers) about.push(...(await eraser(tx, { cardholderId: id, cardIds })));
    await tx.update(
      Cardholder,
      { id },
      {
        firstName: nobody,
        lastName: '',
        birthDate: null,
        birthDateHash: null,
        email: null,
        emailHash: null,
        mobile: null,
        mobileHash: null,
        address: null,
        postcode: '',
        // Finds nobody, and no two who were erased.
        postcodeHash: keyedHash(id, 'erased'),
        caringRoles: [],
        hoursOfCaring: null,
        accountId: null,
        erasedAt: this.clock.now(),
      },
    );
    await tx.update(Card, { cardholderId: id }, { printedName: nobody });
    if (accountId) about.push(...(await this.accounts.erase(tx, accountId)));
    await this.messages.erase(tx, about);
    await this.audit.record(tx, { action: 'person.erased', subject: { kind: 'cardholder', id }, actor });
  }
}
