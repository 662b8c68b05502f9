import { type Actor, Audit } from '@carers/audit';
import { Database, type Tx } from '@carers/database';
import { Clock, Ids } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { TiedToBusiness } from '../vetting.problems.js';
import { ConflictDeclaration, type TieKind } from './conflict-declaration.entity.js';

/** Which officers are tied to which businesses: by their own word, or since they act for it themselves. */
@Injectable()
export class Conflicts {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly audit: Audit,
  ) {}

  /** An officer says that they are tied to a business. Said again, it stays as it was said first. */
  async declare(tx: Tx, tie: { businessId: string; kind: TieKind; words: string | null }, actor: Actor): Promise<void> {
    const { businessId, kind, words } = tie;
    const { raw } = await tx
      .createQueryBuilder()
      .insert()
      .into(ConflictDeclaration)
      .values({ id: this.ids.next(), businessId, accountId: actor.id, kind, words, declaredAt: this.clock.now() })
      .orIgnore()
      .returning('id')
      .execute();
    if ((raw as unknown[]).length > 0) await this.note(tx, 'conflict.declared', businessId, actor, { kind });
    await tx.query('UPDATE vetting_case SET officer_id = NULL WHERE business_id = $1 AND officer_id = $2', [
      businessId,
      actor.id,
    ]);
  }

  /** The tie is no more. An officer cannot say so of themselves: another has to. @throws TiedToBusiness */
  async end(tx: Tx, businessId: string, accountId: string, reason: string, actor: Actor): Promise<void> {
    if (actor.id === accountId) throw new TiedToBusiness();
    const endedAt = this.clock.now();
    const { affected } = await tx.update(
      ConflictDeclaration,
      { businessId, accountId, endedAt: IsNull() },
      { endedAt },
    );
    if (affected) await this.note(tx, 'conflict.ended', businessId, actor, { accountId }, reason);
  }

  /** Whether somebody is tied to a business. */
  async isTied(
    businessId: string,
    accountId: string,
    from: Pick<Tx, 'query'> = this.database.reader,
  ): Promise<boolean> {
    const rows = await from.query<unknown[]>(
      `SELECT 1 FROM conflict_declaration WHERE business_id = $1 AND account_id = $2 AND ended_at IS NULL
       UNION ALL
       SELECT 1 FROM account_role
        WHERE account_id = $2 AND role = 'business_owner' AND scope_kind = 'business' AND scope_id = $1 LIMIT 1`,
      [businessId, accountId],
    );
    return rows.length > 0;
  }

  /** @throws TiedToBusiness */
  async mustBeFree(tx: Tx, businessId: string, accountId: string): Promise<void> {
    if (await this.isTied(businessId, accountId, tx)) throw new TiedToBusiness();
  }

  /** The ties of a business that stand, oldest first. */
  async of(businessId: string): Promise<ConflictDeclaration[]> {
    return this.database.reader.find(ConflictDeclaration, {
      where: { businessId, endedAt: IsNull() },
      order: { declaredAt: 'ASC' },
      take: 100,
    });
  }

  private async note(
    tx: Tx,
    action: string,
    businessId: string,
    actor: Actor,
    details: Record<string, unknown>,
    reason: string | null = null,
  ): Promise<void> {
    await this.audit.record(tx, { action, subject: { kind: 'business', id: businessId }, actor, details, reason });
  }
}
