import { type Actor, Audit } from '@carers/audit';
import { Database, type Tx } from '@carers/database';
import { Clock } from '@carers/kernel';
import { SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';
import { Not } from 'typeorm';
import { Card } from './card.entity.js';
import { CardholderEvents } from './cardholder-events.js';
import { Cardholder } from './cardholder.entity.js';
import { Cards } from './cards.js';
import { CardholderNotFound } from './cards.problems.js';
import { PersonErasure } from './person-erasure.js';

const dayInMs = 86_400_000;
const bySystem: Actor = { kind: 'system', id: 'cards.erase-left' };

/** How somebody's time with the card, or with the scheme, ends. */
@Injectable()
export class Leaving {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly audit: Audit,
    private readonly schemes: SchemeService,
    private readonly cards: Cards,
    private readonly events: CardholderEvents,
    private readonly erasure: PersonErasure,
  ) {}

  /**
   * Ends somebody's card, its credentials and its links at once. The person stays, as who never had a card does.
   * @throws CardholderNotFound
   */
  async giveBackCard(tx: Tx, cardholderId: string, actor: Actor, why?: string): Promise<void> {
    const cardholder = await this.locked(tx, cardholderId);
    const running = await tx.find(Card, { where: { cardholderId, status: Not('revoked') } });
    for (const { id } of running) await this.cards.revoke(tx, id, 'left', actor, why);
    await tx.update(Cardholder, { id: cardholderId }, { linkVersion: cardholder.linkVersion + 1 });
    await this.audit.record(tx, {
      action: 'cardholder.card-given-back',
      subject: { kind: 'cardholder', id: cardholderId },
      actor,
      reason: why ?? null,
    });
    await this.events.announce(tx, 'card-given-back', { cardholderId, actor });
  }

  /**
   * The same, and the person leaves for good. They are erased now, or after as many days as the scheme's policy says.
   * @throws CardholderNotFound
   */
  async leave(tx: Tx, cardholderId: string, actor: Actor, why?: string): Promise<void> {
    await this.giveBackCard(tx, cardholderId, actor, why);
    await tx.update(Cardholder, { id: cardholderId }, { leftAt: this.clock.now() });
    await this.audit.record(tx, {
      action: 'cardholder.left',
      subject: { kind: 'cardholder', id: cardholderId },
      actor,
      reason: why ?? null,
    });
    if ((await this.graceDays()) > 0) return;
    await this.erasure.erase(tx, await tx.findOneByOrFail(Cardholder, { id: cardholderId }), actor);
  }

  /** Days between leaving and erasure, by the policy of today. */
  async graceDays(): Promise<number> {
    const { retention } = await this.schemes.policyOn(this.clock.today());
    return retention.leftPeople;
  }

  /** Erases everybody whose days are over, each in a transaction of their own. @returns how many */
  async eraseDue(): Promise<number> {
    const before = new Date(this.clock.now().getTime() - (await this.graceDays()) * dayInMs);
    const due = await this.database.query<{ id: string }>(
      'SELECT id FROM cardholder WHERE left_at <= $1 AND erased_at IS NULL ORDER BY left_at LIMIT 10000',
      [before],
    );
    for (const { id } of due) {
      await this.database.transaction(async (tx) => {
        const cardholder = await tx.findOne(Cardholder, { where: { id }, lock: { mode: 'pessimistic_write' } });
        if (cardholder) await this.erasure.erase(tx, cardholder, bySystem);
      });
    }
    return due.length;
  }

  private async locked(tx: Tx, id: string): Promise<Cardholder> {
    const cardholder = await tx.findOne(Cardholder, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!cardholder || cardholder.leftAt) throw new CardholderNotFound();
    return cardholder;
  }
}
