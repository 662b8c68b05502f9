import type { LocalDate } from '@carers/kernel';
import type { CompanyRecord } from './companies-house-answers.js';

/** What is odd about a company. An officer weighs it; nothing follows by itself. */
export type CompanyConcern =
  'not_found' | 'not_active' | 'another_name' | 'no_officers' | 'insolvency_history' | 'filings_overdue' | 'young';

/** What a look at the register found on a day. */
export interface CompanyFinding {
  lookedOn: LocalDate;
  number: string;
  record: CompanyRecord | null;
  concerns: CompanyConcern[];
}

/**
 * Weighs a record against what the business said.
 * @param business the name that it trades under
 * @param oldEnoughOn a company that began after this day is young
 */
export function companyFinding(
  number: string,
  record: CompanyRecord | null,
  business: string,
  lookedOn: LocalDate,
  oldEnoughOn: LocalDate,
): CompanyFinding {
  if (!record) return { lookedOn, number, record, concerns: ['not_found'] };
  const concerns: [CompanyConcern, boolean][] = [
    // Companies and partnerships that go about their business are `active`, overseas ones `open`, some `registered`.
    ['not_active', !['active', 'open', 'registered'].includes(record.status)],
    ['another_name', plainName(record.name) !== plainName(business)],
    ['no_officers', record.officers.length === 0],
    ['insolvency_history', record.insolvencyHistory],
    ['filings_overdue', record.filingsOverdue],
    ['young', record.createdOn !== null && record.createdOn > oldEnoughOn],
  ];
  return { lookedOn, number, record, concerns: concerns.filter(([, so]) => so).map(([concern]) => concern) };
}

const legalForms = /\b(limited|ltd|llp|plc|cic|cyf|cyfyngedig|company|co|uk|the|and)\b/g;

/** A name without its legal form, accents, case and signs: what two spellings of one business share. */
export function plainName(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .replace(legalForms, ' ')
    .replace(/\s+/g, '');
}
