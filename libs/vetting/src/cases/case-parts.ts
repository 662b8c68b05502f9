import type { Actor } from '@carers/audit';
import type { Tx } from '@carers/database';
import { Injectable } from '@nestjs/common';
import { NotTheirMove } from '../vetting.problems.js';
import { Conflicts } from './conflicts.js';

/** In which part somebody acts on a case. */
export type Part = 'owner' | 'officer' | 'system';

/** Who may act on the case of a business, and as what: settled by the roles in the database, not by what is claimed. */
@Injectable()
export class CaseParts {
  constructor(private readonly conflicts: Conflicts) {}

  /**
   * The part in which somebody acts. An officer who is tied to the business has none.
   * @param actor with a role where an account has several: `business_owner` or `vetting_officer`
   * @throws NotTheirMove, TiedToBusiness
   */
  async of(tx: Tx, actor: Actor, businessId: string): Promise<Part> {
    if (actor.kind === 'system') return 'system';
    if (actor.kind !== 'account') throw new NotTheirMove();
    const held = await tx.query<{ role: string }[]>(
      `SELECT role FROM account_role WHERE account_id = $1
          AND (role = 'vetting_officer' OR (role = 'business_owner' AND scope_kind = 'business' AND scope_id = $2))`,
      [actor.id, businessId],
    );
    const has = (role: string) => held.some((each) => each.role === role);
    if (has('business_owner') && actor.role !== 'vetting_officer') return 'owner';
    if (!has('vetting_officer') || (actor.role && actor.role !== 'vetting_officer')) throw new NotTheirMove();
    await this.conflicts.mustBeFree(tx, businessId, actor.id);
    return 'officer';
  }

  /** @throws NotTheirMove, TiedToBusiness unless it is an officer who is free to act */
  async officer(tx: Tx, actor: Actor, businessId: string): Promise<void> {
    if ((await this.of(tx, actor, businessId)) !== 'officer') throw new NotTheirMove();
  }
}
