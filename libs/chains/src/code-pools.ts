import { type Actor, Audit } from '@carers/audit';
import { Database, insertMany, type Tx } from '@carers/database';
import { Clock, Ids } from '@carers/kernel';
import { Offers } from '@carers/offers';
import { Injectable } from '@nestjs/common';
import { Arrangements, lockedArrangement, lockNumbers } from './arrangements.js';
import { type BadCode, type GoodCode, readCodes } from './codes-file.js';
import { TillArrangement } from './till-arrangement.entity.js';
import { TillCode } from './till-code.entity.js';

/** What became of a file of codes, or would have. */
export interface PoolReport {
  dryRun: boolean;
  lines: number;
  added: number;
  /** In the order of the file. */
  bad: BadCode[];
}

const atOnce = 2_000;

/** Pools of codes that work once: what owners and staff put in and take out. */
@Injectable()
export class CodePools {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly audit: Audit,
    private readonly offers: Offers,
    private readonly arrangements: Arrangements,
  ) {}

  /**
   * Adds the codes of a CSV file that can be taken, all in one transaction, and hands them out from now on. A code that
   * the business has already is refused, so the same file again adds nothing.
   * @throws NotAChain, OfferNotFound, FileNotReadable, TooManyCodes
   */
  async add(
    businessId: string,
    offerId: string,
    bytes: AsyncIterable<Uint8Array>,
    actor: Actor,
    { dryRun = false } = {},
  ): Promise<PoolReport> {
    await this.arrangements.chain(businessId);
    await this.offers.ofBusiness(businessId, offerId);
    // All of it is read before the transaction: whoever sends slowly holds no connection.
    const { good, bad } = await readCodes(bytes);
    const takenBack = new Error('taken back');
    let refused: BadCode[] = [];
    try {
      await this.database.transaction(async (tx) => {
        refused = await this.write(tx, businessId, offerId, good, actor);
        if (dryRun) throw takenBack;
      });
    } catch (error) {
      if (error !== takenBack) throw error;
    }
    const all = [...bad, ...refused].sort((one, other) => one.line - other.line);
    return { dryRun, lines: good.length + bad.length, added: good.length - refused.length, bad: all };
  }

  /** Takes away the codes that nobody has. @returns how many @throws OfferNotFound */
  async clear(businessId: string, offerId: string, actor: Actor): Promise<number> {
    await this.offers.ofBusiness(businessId, offerId);
    return this.database.transaction(async (tx) => {
      const { added } = await lockedArrangement(tx, businessId, offerId, this.clock.now());
      const gone = await deleted(tx, offerId);
      await tx.update(TillArrangement, { offerId }, { added: added - gone, changedAt: this.clock.now() });
      await this.note(tx, 'till-codes.removed', offerId, actor, gone);
      return gone;
    });
  }

  private async write(
    tx: Tx,
    businessId: string,
    offerId: string,
    good: readonly GoodCode[],
    actor: Actor,
  ): Promise<BadCode[]> {
    const now = this.clock.now();
    const arrangement = await lockedArrangement(tx, businessId, offerId, now);
    await lockNumbers(tx, businessId);
    const bad: BadCode[] = [];
    for (let from = 0; from < good.length; from += atOnce) {
      const some = good.slice(from, from + atOnce);
      const known = await knownCodes(tx, businessId, some);
      bad.push(...some.flatMap(({ line, code }) => (known.has(code) ? [{ line, code, fault: known.get(code)! }] : [])));
      const rows = some
        .filter(({ code }) => !known.has(code))
        .map(({ code, symbology }) =>
          Object.assign(new TillCode(), {
            ...{ id: this.ids.next(), businessId, offerId, code, symbology, addedAt: now },
            ...{ handedAt: null, cardholderId: null, cardId: null, period: null, turn: null, usedAt: null },
          }),
        );
      await insertMany(tx, TillCode, rows);
    }
    const added = good.length - bad.length;
    if (added > 0) {
      arrangement.added += added;
      const warnedAt = arrangement.runsLow ? arrangement.warnedAt : null;
      await tx.query('UPDATE till_barcode SET ended_at = $2 WHERE offer_id = $1 AND ended_at IS NULL', [offerId, now]);
      await tx.update(
        TillArrangement,
        { offerId },
        { kind: 'pool', added: arrangement.added, warnedAt, changedAt: now },
      );
      await this.note(tx, 'till-codes.added', offerId, actor, added);
    }
    return bad;
  }

  private async note(tx: Tx, action: string, offerId: string, actor: Actor, codes: number): Promise<void> {
    await this.audit.record(tx, {
      action,
      subject: { kind: 'till-arrangement', id: offerId },
      actor,
      details: { codes },
    });
  }
}

/** Which of the codes the business has already. */
async function knownCodes(tx: Tx, businessId: string, some: readonly GoodCode[]) {
  const rows = await tx.query<{ code: string; fault: 'is-there' | 'is-barcode' }[]>(
    `SELECT code, 'is-there' AS fault FROM till_code WHERE business_id = $1 AND code = ANY($2)
     UNION ALL SELECT ean13, 'is-barcode' FROM till_barcode WHERE business_id = $1 AND ean13 = ANY($2)`,
    [businessId, some.map(({ code }) => code)],
  );
  return new Map(rows.map(({ code, fault }) => [code, fault]));
}

async function deleted(tx: Tx, offerId: string): Promise<number> {
  const [{ count }] = (await tx.query(
    `WITH gone AS (DELETE FROM till_code WHERE offer_id = $1 AND handed_at IS NULL RETURNING 1)
     SELECT count(*)::integer AS count FROM gone`,
    [offerId],
  )) as [{ count: number }];
  return count;
}
