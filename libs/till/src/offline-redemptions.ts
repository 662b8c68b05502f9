import { Limits } from '@carers/access';
import { type Actor, Audit } from '@carers/audit';
import { CardKeys } from '@carers/cards';
import { Database, type Tx } from '@carers/database';
import { Clock, dateInLondon, Ids } from '@carers/kernel';
import { Reviews } from '@carers/reviews';
import { Injectable } from '@nestjs/common';
import { clockOffset } from './offline-clock.js';
import { type LimitPassed, offlineEvidence } from './offline-evidence.js';
import type { OfflineFlag } from './offline-flags.js';
import { type Judgement, judgeOffline } from './offline-judgement.js';
import { type OfflineFacts, offlineReadStatement } from './offline-read.statement.js';
import { readUse, type ReadUse } from './offline-reading.js';
import { type EndedTill, EndedTills } from './ended-tills.js';
import { type KnownTill, TillKeys } from './till-keys.js';
import { TillKeyRefused } from './till.problems.js';
import type { batchResults } from './till-sync-answers.js';
import type { BatchRequest } from './till-sync-forms.js';

/** What became of one use of an upload. */
export interface BatchResult {
  scanId: string;
  offerId: string;
  result: (typeof batchResults)[number];
  redemptionId: string | null;
  flags: OfflineFlag[];
}

/** A till that tells: one that works, or one that was ended. */
type TellingTill = KnownTill & Partial<Pick<EndedTill, 'endedAt'>>;

interface Judged {
  use: ReadUse;
  facts: OfflineFacts;
  judgement: Judgement;
}

interface RecordedRow {
  place: number;
  answer: 'recorded' | 'recorded_before' | 'not_saved';
  redemption_id: string | null;
  kept_flags: OfflineFlag[];
  beyond: LimitPassed[];
}

/** Records what tills did by themselves, as it happened, and asks staff to look at what would have been refused. */
@Injectable()
export class OfflineRedemptions {
  constructor(
    private readonly database: Database,
    private readonly tillKeys: TillKeys,
    private readonly endedTills: EndedTills,
    private readonly cardKeys: CardKeys,
    private readonly reviews: Reviews,
    private readonly limits: Limits,
    private readonly audit: Audit,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /**
   * Records an upload: one result for each use, in the order given. All of it is saved with its reviews, or nothing. The
   * same use again, also one that was recorded online, counts nothing; uses beyond a limit count and are flagged.
   * A till that was ended still tells what it did before (`EndedTills`); staff look at all of that.
   * @throws TillKeyRefused, ScopeMissing, AskedTooOften; never for what a use is
   */
  async record(keyHash: string, { sentAt, redemptions }: BatchRequest): Promise<BatchResult[]> {
    const till = await this.till(keyHash);
    await this.limits.count('till-batch', till.id);
    const now = this.clock.now();
    const offset = clockOffset(new Date(sentAt), now);
    const keys = await this.cardKeys.verifying();
    const uses = redemptions.map((use) => readUse(use, keys, offset, now));
    return this.database.transaction(async (tx) => {
      // Uploads of one till come one after another: the second of two at the same moment sees what the first recorded.
      await tx.query('SELECT FROM till WHERE id = $1 FOR NO KEY UPDATE', [till.id]);
      const judged = await this.judge(tx, till, uses);
      const rows = await this.write(tx, till, judged, now);
      const results: BatchResult[] = [];
      for (const [place, each] of judged.entries()) {
        results.push(await this.settle(tx, till, each, rows.get(place), offset));
      }
      await this.note(tx, till, keyHash, results, offset);
      return results;
    });
  }

  private async till(keyHash: string): Promise<TellingTill> {
    try {
      return await this.tillKeys.till(keyHash, 'redeem');
    } catch (problem) {
      if (!(problem instanceof TillKeyRefused)) throw problem;
      return this.endedTills.till(keyHash);
    }
  }

  private async judge(tx: Tx, till: TellingTill, uses: readonly ReadUse[]): Promise<Judged[]> {
    const rows = (await tx.query(offlineReadStatement.text, [
      till.branchId,
      till.businessId,
      uses.map(({ scanId }) => scanId),
      uses.map(({ offerId }) => offerId),
      uses.map(({ offerRevision }) => offerRevision),
      uses.map(({ credentialId }) => credentialId),
      uses.map(({ cardNumber }) => cardNumber),
      uses.map(({ at }) => at),
    ])) as OfflineFacts[];
    return uses.map((use, index) => {
      const facts = rows[index]!;
      return { use, facts, judgement: judgeOffline(use, facts, till) };
    });
  }

  /** Writes those that become redemptions in one round trip; by their place in the upload. */
  private async write(
    tx: Tx,
    till: KnownTill,
    judged: readonly Judged[],
    now: Date,
  ): Promise<Map<number, RecordedRow>> {
    const items = judged.flatMap(({ use, facts, judgement }, position) =>
      judgement.fate !== 'record'
        ? []
        : {
            position,
            redemptionId: this.ids.next(),
            tillId: till.id,
            branchId: till.branchId,
            scanId: use.scanId,
            offerId: use.offerId,
            revision: facts.revision,
            terms: facts.terms,
            cardId: facts.card_id,
            holder: facts.cardholder_id,
            occurredAt: use.at,
            recordedAt: now,
            today: dateInLondon(use.at),
            basket: use.basketPence,
            saving: judgement.savingPence,
            codeCheck: judgement.codeCheck,
            flags: judgement.flags,
          },
    );
    if (items.length === 0) return new Map();
    const rows = (await tx.query('SELECT * FROM till_record_offline($1::jsonb)', [
      JSON.stringify(items),
    ])) as RecordedRow[];
    return new Map(rows.map((row) => [row.place, row]));
  }

  private async settle(
    tx: Tx,
    till: TellingTill,
    { use, facts, judgement }: Judged,
    row: RecordedRow | undefined,
    offset: number,
  ): Promise<BatchResult> {
    const named = { scanId: use.scanId, offerId: use.offerId };
    if (judgement.fate === 'ignore') return { ...named, result: 'ignored_test_card', redemptionId: null, flags: [] };
    if (row?.answer === 'recorded_before')
      return { ...named, result: row.answer, redemptionId: row.redemption_id, flags: row.kept_flags };
    const isRecorded = row?.answer === 'recorded';
    const flags: OfflineFlag[] = isRecorded
      ? row.kept_flags
      : row
        ? [...judgement.flags, 'not_saved']
        : judgement.flags;
    const redemptionId = row?.redemption_id ?? null;
    if (flags.length > 0) {
      const seen = { use, facts, flags, redemptionId, limits: row?.beyond ?? [], tillEndedAt: till.endedAt, offset };
      await this.reviews.raise(tx, {
        kind: isRecorded ? 'offline_use' : 'offline_kept',
        subject: facts.card_id ? { kind: 'card', id: facts.card_id } : { kind: 'till', id: till.id },
        branchId: till.branchId,
        once: `offline:${till.branchId}:${use.scanId}:${use.offerId}`,
        reasonKey: `till:offline.${flags[0]!}`,
        evidence: offlineEvidence(seen, till.id),
      });
    }
    return { ...named, result: isRecorded ? 'recorded' : 'kept_for_review', redemptionId, flags };
  }

  private async note(tx: Tx, till: KnownTill, keyHash: string, results: readonly BatchResult[], offset: number) {
    await tx.query(
      `UPDATE till_key SET last_used_at = $2
        WHERE key_hash = $1 AND coalesce(last_used_at < $2::timestamptz - interval '1 minute', true)`,
      [keyHash, this.clock.now()],
    );
    const count = (result: BatchResult['result']) => results.filter((each) => each.result === result).length;
    if (count('recorded') + count('kept_for_review') === 0) return;
    const actor: Actor = { kind: 'till', id: till.id };
    await this.audit.record(tx, {
      action: 'till.uploaded',
      subject: { kind: 'till', id: till.id },
      actor,
      details: {
        recorded: count('recorded'),
        recordedBefore: count('recorded_before'),
        keptForReview: count('kept_for_review'),
        flagged: results.filter(({ flags }) => flags.length > 0).length,
        ...(offset === 0 ? {} : { clockOffSeconds: Math.round(offset / 1000) }),
      },
    });
  }
}
