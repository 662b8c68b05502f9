import { type Actor, Audit } from '@carers/audit';
import { Database, type Tx } from '@carers/database';
import { Chance, Clock, InvalidInput } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { hashPin, isWeakPin } from './staff-pin.js';
import { type TillLine, tillLines, type TillWithPlace } from './till-lines.js';
import { TillNotFound } from './till.problems.js';

/** A code for pairing that was made lately, as the owner sees what became of it. */
export interface PairingLine {
  id: string;
  branchId: string;
  name: string;
  expiresAt: Date;
  usedAt: Date | null;
}

/** Single tills as devices of a business: what they are called, their staff PIN, what became of pairing codes. */
@Injectable()
export class TillDevices {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly chance: Chance,
    private readonly audit: Audit,
  ) {}

  /** One till that works. @throws TillNotFound when it is none of this business's */
  async one(tillId: string, businessId: string): Promise<TillLine> {
    const [till] = await this.database.query<TillLine>(tillLines('till.id = $2 AND business.id = $3'), [
      this.clock.now(),
      tillId,
      businessId,
    ]);
    if (!till) throw new TillNotFound();
    return till;
  }

  /** Every till that works, for the operator; of one branch by its id or slug. */
  async all(branch: string | null): Promise<TillWithPlace[]> {
    return this.database.query<TillWithPlace>(
      tillLines('($2::text IS NULL OR branch.id::text = $2 OR branch.slug = $2)'),
      [this.clock.now(), branch],
    );
  }

  /** Pairing codes of a business that were made within the hour, the newest first. */
  async pairings(businessId: string): Promise<PairingLine[]> {
    return this.database.query<PairingLine>(
      `SELECT pairing.id, pairing.branch_id AS "branchId", pairing.name, pairing.expires_at AS "expiresAt",
              pairing.used_at AS "usedAt"
         FROM till_pairing pairing JOIN branch ON branch.id = pairing.branch_id
        WHERE branch.business_id = $1 AND branch.closed_at IS NULL AND pairing.created_at > $2
        ORDER BY pairing.created_at DESC, pairing.id`,
      [businessId, new Date(this.clock.now().getTime() - 3_600_000)],
    );
  }

  /** @throws TillNotFound */
  async rename(tillId: string, businessId: string, name: string, actor: Actor): Promise<void> {
    await this.change(tillId, businessId, 'name = $2', name, 'till.renamed', actor);
  }

  /**
   * Sets the PIN that staff open a shift with. It reaches the till with its next sync, and no one sees it again.
   * @param pin 4 to 6 digits
   * @throws TillNotFound; InvalidInput for a PIN that anybody would try first
   */
  async setPin(tillId: string, businessId: string, pin: string, actor: Actor): Promise<void> {
    if (!/^\d{4,6}$/.test(pin)) throw new InvalidInput([{ field: 'pin', message: 'till:owner.pin-digits' }]);
    if (isWeakPin(pin)) throw new InvalidInput([{ field: 'pin', message: 'till:owner.pin-weak' }]);
    const hashed = await hashPin(pin, Buffer.from(this.chance.bytes(16)));
    await this.change(tillId, businessId, 'pin = $2::jsonb', JSON.stringify(hashed), 'till.pin-set', actor);
  }

  /** Staff need no PIN any more. @throws TillNotFound */
  async removePin(tillId: string, businessId: string, actor: Actor): Promise<void> {
    await this.change(tillId, businessId, 'pin = $2::jsonb', null, 'till.pin-removed', actor);
  }

  private async change(
    tillId: string,
    businessId: string,
    column: string,
    value: string | null,
    action: string,
    actor: Actor,
  ): Promise<void> {
    await this.database.transaction(async (tx: Tx) => {
      const [, changed] = (await tx.query(
        `UPDATE till SET ${column} FROM branch
          WHERE till.id = $1 AND till.ended_at IS NULL AND branch.id = till.branch_id AND branch.business_id = $3
          RETURNING till.id`,
        [tillId, value, businessId],
      )) as [unknown[], number];
      if (changed === 0) throw new TillNotFound();
      await this.audit.record(tx, { action, subject: { kind: 'till', id: tillId }, actor });
    });
  }
}
