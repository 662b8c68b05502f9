import type { ArrangedOffer } from '../arrangements.js';
import type { PoolReport } from '../code-pools.js';
import { type SettlementReport, type UnmatchedLine, unmatchedReasons } from '../settlement/report.js';
import type { SettlementImport } from '../settlement/settlement-import.entity.js';

/** Lines that a page shows; the file for download has more. */
const mostShown = 100;

/** An offer with how tills know it, for owners and staff. */
export function arrangementView({ offer, arrangement, ean13 }: ArrangedOffer) {
  const kind = arrangement?.kind ?? 'none';
  const added = arrangement?.added ?? 0;
  return {
    id: offer.id,
    title: offer.title,
    sentence: offer.sentence,
    kind,
    kindKey: `chains:kinds.${kind}`,
    ean13,
    added,
    handed: arrangement?.handed ?? 0,
    left: arrangement?.left ?? 0,
    low: kind === 'pool' && (arrangement?.runsLow ?? false),
    hasCodes: added > 0,
  };
}

/** What became of a file of codes. */
export function poolReportView({ dryRun, lines, added, bad }: PoolReport) {
  return {
    dryRun,
    lines,
    added,
    bad: bad.slice(0, mostShown).map(({ line, code, fault }) => ({ line, code, key: `chains:faults.${fault}` })),
    badCount: bad.length,
    more: Math.max(0, bad.length - mostShown),
  };
}

/** A file in the list of those that were read. */
export function settlementLine({ id, fileName, dryRun, importedAt, report }: SettlementImport, base: string) {
  return { href: `${base}/settlements/${id}`, fileName, dryRun, importedAt, report };
}

/** What became of a settlement file, in figures. */
export function settlementView(read: SettlementImport, lines: readonly UnmatchedLine[]) {
  const report: SettlementReport = read.report;
  return {
    fileName: read.fileName,
    dryRun: read.dryRun,
    importedAt: read.importedAt,
    report,
    reasons: unmatchedReasons
      .filter((reason) => report.reasons[reason])
      .map((reason) => ({ key: reasonKey(reason), count: report.reasons[reason]! })),
    lines: lines.slice(0, mostShown).map(({ line, reason, cells }) => ({ line, key: reasonKey(reason), ...cells })),
    shown: Math.min(lines.length, mostShown),
    kept: lines.length,
  };
}

export function reasonKey(reason: UnmatchedLine['reason']): string {
  return `chains:reasons.${reason}`;
}
