import { type Actor, Audit } from '@carers/audit';
import { type Cardholder, CardholderNotFound } from '@carers/cards';
import { Database } from '@carers/database';
import { Clock, InvalidInput } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { PlaceVote } from './place-vote.entity.js';

/** What a cardholder would like near them. */
export interface Wishes {
  categoryIds: readonly string[];
  regionId: string;
  /** Null for anywhere in the region. */
  townId: string | null;
}

/** What carers wish for: a few kinds of places each, changed as often as they like. */
@Injectable()
export class Votes {
  /** Most kinds of places that one card has a voice for. */
  static readonly most = 5;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly audit: Audit,
  ) {}

  /** What somebody wishes for now; null when they have not said. */
  async of(cardholderId: string): Promise<Wishes | null> {
    const votes = await this.database.reader.find(PlaceVote, { where: { cardholderId }, order: { categoryId: 'ASC' } });
    const [first] = votes;
    if (!first) return null;
    return { categoryIds: votes.map(({ categoryId }) => categoryId), regionId: first.regionId, townId: first.townId };
  }

  /**
   * Puts somebody's wishes in the place of those before. One voice for each card and kind, however many browsers send
   * at once: the cardholder's row is locked.
   * @throws InvalidInput for more than five, CardholderNotFound
   */
  async cast(holder: Pick<Cardholder, 'id'>, wishes: Wishes, actor: Actor): Promise<void> {
    const categoryIds = [...new Set(wishes.categoryIds)];
    if (categoryIds.length > Votes.most)
      throw new InvalidInput([
        { field: 'categories', message: 'recruiting:errors.too-many-wishes', params: { most: Votes.most } },
      ]);
    await this.database.transaction(async (tx) => {
      const [locked] = await tx.query<{ id: string }[]>(
        'SELECT id FROM cardholder WHERE id = $1 AND left_at IS NULL FOR NO KEY UPDATE',
        [holder.id],
      );
      if (!locked) throw new CardholderNotFound();
      await tx.delete(PlaceVote, { cardholderId: holder.id });
      const { regionId, townId } = wishes;
      const votedAt = this.clock.now();
      const rows = categoryIds.map((categoryId) => ({
        cardholderId: holder.id,
        categoryId,
        regionId,
        townId,
        votedAt,
      }));
      if (rows.length > 0) await tx.insert(PlaceVote, rows);
      // That they changed, not what they wish for.
      const subject = { kind: 'cardholder', id: holder.id };
      await this.audit.record(tx, { action: 'cardholder.wishes-changed', subject, actor });
    });
  }
}
