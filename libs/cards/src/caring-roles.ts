import { type Actor, Audit } from '@carers/audit';
import type { Tx } from '@carers/database';
import { Injectable } from '@nestjs/common';
import { Cardholder } from './cardholder.entity.js';
import { CardholderNotFound } from './cards.problems.js';

/** What carers are to those they look after, as it changes in the course of a life. */
@Injectable()
export class CaringRoles {
  constructor(private readonly audit: Audit) {}

  /** Their caring has ended: from now on a former carer, and nothing else. Again changes nothing; nor for who has left. @throws CardholderNotFound */
  async becomeFormerCarer(tx: Tx, cardholderId: string, actor: Actor): Promise<void> {
    const where = { id: cardholderId };
    const cardholder = await tx.findOne(Cardholder, { where, lock: { mode: 'pessimistic_write' } });
    if (!cardholder) throw new CardholderNotFound();
    if (cardholder.leftAt || cardholder.caringRoles.join() === 'former_carer') return;
    await tx.update(Cardholder, where, { caringRoles: ['former_carer'], hoursOfCaring: null });
    await this.audit.record(tx, {
      action: 'cardholder.caring-ended',
      subject: { kind: 'cardholder', id: cardholderId },
      actor,
    });
  }

  /** Keeps how many hours a week they care, or that they do not say. The trail tells that it changed, not to what. @throws CardholderNotFound */
  async tellHours(tx: Tx, cardholderId: string, hoursOfCaring: number | null, actor: Actor): Promise<void> {
    const where = { id: cardholderId };
    const cardholder = await tx.findOne(Cardholder, { where, lock: { mode: 'pessimistic_write' } });
    if (!cardholder || cardholder.leftAt) throw new CardholderNotFound();
    if (cardholder.hoursOfCaring === hoursOfCaring) return;
    await tx.update(Cardholder, where, { hoursOfCaring });
    await this.audit.record(tx, {
      action: 'cardholder.hours-of-caring-corrected',
      subject: { kind: 'cardholder', id: cardholderId },
      actor,
    });
  }
}
