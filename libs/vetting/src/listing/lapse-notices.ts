import type { Tx } from '@carers/database';
import { addDays, Clock, daysBetween, type LocalDate } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import type { CaseFile } from './case-file.js';

/** So many days before a check runs out, its business is told. */
export const noticeDays = [30, 14, 3] as const;

/** A check that runs out, of which its business is told. */
export interface LapseNotice {
  checkId: string;
  /** Catalogue keys: of its name, and of what to send. */
  titleKey: string;
  evidenceKeys: string[];
  validUntil: LocalDate;
  daysBefore: number;
}

/** Notices before checks run out: each once for a check, a date and a number of days. */
@Injectable()
export class LapseNotices {
  constructor(private readonly clock: Clock) {}

  /** Those that are due today and were not given, noted as given with this transaction. */
  async take(tx: Tx, file: CaseFile): Promise<LapseNotice[]> {
    const due = noticesDue(file, this.clock.today());
    const taken: LapseNotice[] = [];
    for (const notice of due) {
      const rows = await tx.query<unknown[]>(
        `INSERT INTO lapse_notice (business_id, subject_id, valid_until, days_before, told_at)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT ON CONSTRAINT pk_lapse_notice DO NOTHING RETURNING subject_id`,
        [file.case.businessId, notice.checkId, notice.validUntil, notice.daysBefore, this.clock.now()],
      );
      if (rows.length > 0) taken.push(notice);
    }
    return taken;
  }

  /** The first day on which a notice of this file is due: today, where one is due that was not given. */
  async nextOn(tx: Tx, file: CaseFile): Promise<LocalDate | null> {
    const today = this.clock.today();
    const due = noticesDue(file, today);
    const given = await tx.query<{ key: string }[]>(
      `SELECT subject_id || valid_until::text || days_before AS key FROM lapse_notice WHERE business_id = $1`,
      [file.case.businessId],
    );
    const keys = new Set(given.map(({ key }) => key));
    if (due.some(({ checkId, validUntil, daysBefore }) => !keys.has(`${checkId}${validUntil}${daysBefore}`)))
      return today;
    const days = watched(file).flatMap(({ validUntil }) => noticeDays.map((each) => addDays(validUntil!, -each)));
    return days.filter((day) => day > today).sort()[0] ?? null;
  }
}

/**
 * What is due on a day, also where the jobs of earlier days did not run: of each check only the latest notice, so that
 * nobody gets three at once.
 */
export function noticesDue(file: CaseFile, today: LocalDate): LapseNotice[] {
  return watched(file).flatMap(({ id, key, validUntil }) => {
    const left = daysBetween(today, validUntil!);
    const daysBefore = [...noticeDays].reverse().find((days) => days >= left);
    const rules = file.programme.checks.find((check) => check.key === key);
    if (left < 0 || daysBefore === undefined || !rules) return [];
    const evidenceKeys = rules.evidence.map(({ title }) => title);
    return [{ checkId: id, titleKey: rules.title, evidenceKeys, validUntil: validUntil!, daysBefore }];
  });
}

/** Accepted checks with a date, of which nothing new has come in. Memberships elsewhere are for staff to look up. */
function watched({ case: { state }, checks }: CaseFile) {
  if (!['approved', 'lapsed', 'suspended'].includes(state)) return [];
  return checks.filter(
    (check) => check.state === 'accepted' && check.validUntil !== null && !check.renewing && check.claimId === null,
  );
}
