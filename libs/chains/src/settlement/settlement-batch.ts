import type { Tx } from '@carers/database';
import type { Ids } from '@carers/kernel';
import { evaluateOffer } from '@carers/offer-rules';
import { Offer } from '@carers/offers';
import { In } from 'typeorm';
import type { SettlementLine } from './line-reader.js';
import type { UnmatchedLine, UnmatchedReason } from './report.js';
import { settlementScanId } from './scan-id.js';
import {
  findCodes,
  findTold,
  type KnownCode,
  lockSettlements,
  markUsed,
  takeBack,
  type UseToWrite,
  writeUses,
} from './settlement-statements.js';

/** What lines of one business are matched with. */
export interface BatchFacts {
  businessId: string;
  /** Every place of the business, closed ones too. */
  branchIds: readonly string[];
  now: Date;
  ids: Ids;
}

/** What became of some lines. */
export interface BatchResult {
  counted: number;
  already: number;
  takenBack: number;
  outside: number;
  basketPence: number;
  savingPence: number;
  unmatched: UnmatchedLine[];
  /** Refunds whose sale has not been seen: it may stand further down. */
  open: SettlementLine[];
}

/** A line with what its code stands for. */
interface Matched {
  line: SettlementLine;
  known: KnownCode;
  scanId: string;
}

/** A tills' clock may be a little behind ours, and some files tell the day alone. */
const handedLater = 86_400_000;

/**
 * Turns lines into uses, and refunds into uses taken back. Told twice, by one file or two at once, a use counts once:
 * its name follows from the transaction and is unique. Run again from the start it does the same.
 * @param last true where refunds that find no sale have none
 */
export async function settleBatch(
  tx: Tx,
  lines: readonly SettlementLine[],
  facts: BatchFacts,
  last = false,
): Promise<BatchResult> {
  await lockSettlements(tx, facts.businessId);
  const result: BatchResult = {
    ...{ counted: 0, already: 0, takenBack: 0, outside: 0, basketPence: 0, savingPence: 0 },
    ...{ unmatched: [], open: [] },
  };
  const refuse = ({ line, cells }: SettlementLine, reason: UnmatchedReason) =>
    void result.unmatched.push({ line, reason, cells });
  const codes = await findCodes(tx, facts.businessId, [...new Set(lines.flatMap((line) => line.codes))]);
  const matched = lines.flatMap((line): Matched[] => {
    const known = line.codes.map((code) => codes.get(code)).find((found) => found !== undefined);
    if (!known) {
      refuse(line, 'unknown-code');
      return [];
    }
    return [{ line, known, scanId: settlementScanId(facts.businessId, line.reference, line.item || known.code) }];
  });
  await settleSales(
    tx,
    matched.filter(({ line }) => !line.refund),
    facts,
    result,
    refuse,
  );
  for (const { line, known, scanId } of matched.filter((each) => each.line.refund)) {
    const found = await takeBack(tx, facts.branchIds, { scanId, offerId: known.offerId }, facts.now);
    if (found === 'taken-back') result.takenBack += 1;
    else if (found === 'already') result.already += 1;
    else if (last) refuse(line, 'refund-of-nothing');
    else result.open.push(line);
  }
  return result;
}

async function settleSales(
  tx: Tx,
  sales: readonly Matched[],
  facts: BatchFacts,
  result: BatchResult,
  refuse: (line: SettlementLine, reason: UnmatchedReason) => void,
): Promise<void> {
  const uses = sales.map(({ scanId, known }) => ({ scanId, offerId: known.offerId }));
  const told = await findTold(tx, uses);
  const offers = await offersOf(tx, sales);
  const used = new Set<string>();
  const writes: { use: UseToWrite; known: KnownCode; outside: boolean }[] = [];
  for (const { line, known, scanId } of sales) {
    const name = `${scanId} ${known.offerId}`;
    if (told.has(name)) {
      result.already += 1;
      continue;
    }
    const reason = known.codeId === null ? null : faultOf(known, line, used.has(known.codeId));
    if (reason) {
      refuse(line, reason);
      continue;
    }
    told.add(name);
    if (known.codeId) used.add(known.codeId);
    const offer = offers.get(known.offerId)!;
    const answer = evaluateOffer({
      terms: offer.terms,
      branchId: line.branchId,
      at: line.occurredAt,
      basketPence: line.pence,
      findNext: false,
    });
    const use: UseToWrite = {
      redemptionId: facts.ids.next(),
      branchId: line.branchId!,
      scanId,
      offerId: offer.id,
      revision: offer.revision,
      cardId: known.cardId,
      holder: known.cardholderId,
      occurredAt: line.occurredAt,
      basket: line.pence,
      saving: answer.usable ? answer.savingPence : null,
    };
    writes.push({ use, known, outside: !answer.usable });
  }
  const written = await writeUses(
    tx,
    writes.map(({ use }) => use),
    facts.now,
  );
  const news = writes.filter(({ use }) => written.has(use.redemptionId));
  await markUsed(
    tx,
    news.flatMap(({ use, known }) => (known.codeId ? [{ codeId: known.codeId, at: use.occurredAt }] : [])),
  );
  result.counted += news.length;
  result.already += writes.length - news.length;
  for (const { use, outside } of news) {
    result.outside += outside ? 1 : 0;
    result.basketPence += use.basket ?? 0;
    result.savingPence += use.saving ?? 0;
  }
}

/** Why a code that works once does not count. */
function faultOf(known: KnownCode, line: SettlementLine, usedHere: boolean): UnmatchedReason | null {
  if (!known.handedAt) return 'not-handed-out';
  if (known.usedAt || usedHere) return 'used-before';
  return line.occurredAt.getTime() + handedLater < known.handedAt.getTime() ? 'before-handed-out' : null;
}

async function offersOf(tx: Tx, sales: readonly Matched[]): Promise<Map<string, Offer>> {
  const ids = [...new Set(sales.map(({ known }) => known.offerId))];
  const found = ids.length === 0 ? [] : await tx.findBy(Offer, { id: In(ids) });
  return new Map(found.map((offer) => [offer.id, offer]));
}
