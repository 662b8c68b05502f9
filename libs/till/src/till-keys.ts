import { type Actor, Audit } from '@carers/audit';
import { Database, type PreparedStatement, type Tx } from '@carers/database';
import { Chance, Clock } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { LessThan } from 'typeorm';
import { tillKeyOf } from './till-key.js';
import { TillKey } from './till-key.entity.js';
import type { StaffPin, Till, TillScope } from './till.entity.js';
import { ScopeMissing, TillIsPhone, TillKeyRefused, TillNotFound } from './till.problems.js';

/** What a key stands for, now. */
export interface KnownTill {
  id: string;
  name: string;
  scopes: TillScope[];
  pin: StaffPin | null;
  branchId: string;
  branchName: string;
  businessId: string;
  businessName: string;
  /** Whether its business takes part at present. */
  working: boolean;
  /** Since when it does not; null while it does. */
  stoppedAt: Date | null;
}

/** A new key, shown once, and until when the one before it works. */
export interface RotatedKey {
  key: string;
  oldEndsAt: Date;
}

/** The longest that two keys of a till may work side by side, in hours, and what is usual. */
export const longestOverlap = 168;
export const usualOverlap = 24;

/** For how long a key that has ended is kept, in days: long enough to see when somebody last used it. */
const endedKeptFor = 30;

const byKey: PreparedStatement = {
  name: 'till-by-key',
  text: `
    SELECT till.id, till.name, till.scopes, till.pin, branch.id AS "branchId", branch.name AS "branchName",
           business.id AS "businessId", business.name AS "businessName", business.status = 'published' AS working,
           CASE WHEN business.status <> 'published' THEN coalesce(business.left_at, business.decided_at, 'epoch') END
             AS "stoppedAt"
      FROM till_key
      JOIN till ON till.id = till_key.till_id AND till.ended_at IS NULL
      JOIN branch ON branch.id = till.branch_id AND branch.closed_at IS NULL
      JOIN business ON business.id = branch.business_id
     WHERE till_key.key_hash = $1 AND (till_key.ends_at IS NULL OR till_key.ends_at > $2)`,
};

/** The keys of tills: whose they are, and how one takes the place of another. */
@Injectable()
export class TillKeys {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly chance: Chance,
    private readonly audit: Audit,
  ) {}

  /**
   * The till that a key belongs to, whether or not its business takes part at present.
   * @param scope what it is to be used for
   * @throws TillKeyRefused when it is none's (any more); ScopeMissing
   */
  async till(keyHash: string, scope?: TillScope): Promise<KnownTill> {
    const [till] = await this.database.prepared<KnownTill>(byKey, [keyHash, this.clock.now()]);
    if (!till) throw new TillKeyRefused();
    if (scope && !till.scopes.includes(scope)) throw new ScopeMissing();
    return till;
  }

  /** A first key for a till. */
  async add(tx: Tx, tillId: string): Promise<string> {
    const { key, keyHash } = tillKeyOf(this.chance.token());
    await tx.insert(TillKey, { keyHash, tillId, createdAt: this.clock.now(), endsAt: null, lastUsedAt: null });
    return key;
  }

  /**
   * Gives a till a new key. Those before it work for the overlap, so that the shop's system can be changed over without
   * a pause; none of them for longer than it had already.
   * @param businessId whose till it must be; null for the operator
   * @param overlapHours 0: the old key ends at once; at most `longestOverlap`
   * @throws TillNotFound when it is no till of that business, or has ended; TillIsPhone
   */
  async rotate(tillId: string, businessId: string | null, overlapHours: number, actor: Actor): Promise<RotatedKey> {
    if (!Number.isInteger(overlapHours) || overlapHours < 0 || overlapHours > longestOverlap)
      throw new RangeError(`An overlap is a whole number of hours from 0 to ${longestOverlap}.`);
    return this.database.transaction(async (tx) => {
      const [till] = (await tx.query(
        `SELECT till.id, till.kind FROM till JOIN branch ON branch.id = till.branch_id
          WHERE till.id = $1 AND till.ended_at IS NULL AND ($2::uuid IS NULL OR branch.business_id = $2)
            FOR NO KEY UPDATE OF till`,
        [tillId, businessId],
      )) as Pick<Till, 'id' | 'kind'>[];
      if (!till) throw new TillNotFound();
      if (till.kind === 'phone') throw new TillIsPhone();
      const now = this.clock.now();
      const oldEndsAt = new Date(now.getTime() + overlapHours * 3_600_000);
      await tx.query(`UPDATE till_key SET ends_at = least(ends_at, $2) WHERE till_id = $1`, [tillId, oldEndsAt]);
      const key = await this.add(tx, tillId);
      await this.audit.record(tx, {
        action: 'till.key-rotated',
        subject: { kind: 'till', id: tillId },
        actor,
        details: { overlapHours },
      });
      return { key, oldEndsAt };
    });
  }

  /** Deletes the keys that ended more than thirty days ago; how many they were. The present key of a till never ends. */
  async forgetEnded(): Promise<number> {
    const before = new Date(this.clock.now().getTime() - endedKeptFor * 86_400_000);
    const gone = await this.database.transaction((tx) => tx.delete(TillKey, { endsAt: LessThan(before) }));
    return gone.affected ?? 0;
  }
}
