import { isLocalDate, type LocalDate } from '@carers/kernel';
import { z } from 'zod';

const date = z
  .string()
  .refine(isLocalDate)
  .transform((text): LocalDate => text);

/**
 * What `GET /company/{number}` answers, as far as we look at it. The register adds members without notice, and new
 * values of its lists too, so only what we rely on is checked.
 */
export const companyAnswer = z.object({
  company_name: z.string().min(1).max(300),
  company_number: z.string().max(20),
  /** `active`, `dissolved`, `liquidation`, `receivership`, `administration`, `voluntary-arrangement` … */
  company_status: z.string().max(60).optional(),
  date_of_creation: date.optional(),
  date_of_cessation: date.optional(),
  has_insolvency_history: z.boolean().optional(),
  accounts: z.object({ overdue: z.boolean().optional() }).optional(),
  confirmation_statement: z.object({ overdue: z.boolean().optional() }).optional(),
});

/** What `GET /company/{number}/officers` answers: one page. */
export const officersAnswer = z.object({
  total_results: z.int().min(0),
  items: z
    .array(
      z.object({
        name: z.string().max(300),
        officer_role: z.string().max(60),
        appointed_on: date.optional(),
        resigned_on: date.optional(),
      }),
    )
    .max(200),
});

/** An officer who has not resigned. The register's name has the surname first. */
export interface CompanyOfficer {
  name: string;
  /** `director`, `secretary`, `llp-member` … */
  role: string;
  since: LocalDate | null;
}

/** A company as the register has it on a day. */
export interface CompanyRecord {
  number: string;
  name: string;
  /** As the register has it; `unknown` where it says nothing. */
  status: string;
  createdOn: LocalDate | null;
  endedOn: LocalDate | null;
  insolvencyHistory: boolean;
  /** Accounts or the yearly statement are late. */
  filingsOverdue: boolean;
  /** Those in office, at most a hundred. */
  officers: CompanyOfficer[];
}

/** The record out of the two answers. */
export function companyRecord(
  company: z.infer<typeof companyAnswer>,
  officers: z.infer<typeof officersAnswer>,
): CompanyRecord {
  return {
    number: company.company_number,
    name: company.company_name,
    status: company.company_status ?? 'unknown',
    createdOn: company.date_of_creation ?? null,
    endedOn: company.date_of_cessation ?? null,
    insolvencyHistory: company.has_insolvency_history ?? false,
    filingsOverdue: Boolean(company.accounts?.overdue ?? false) || Boolean(company.confirmation_statement?.overdue),
    officers: officers.items
      .filter(({ resigned_on: resigned }) => resigned === undefined)
      .slice(0, 100)
      .map(({ name, officer_role: role, appointed_on: since }) => ({ name, role, since: since ?? null })),
  };
}
