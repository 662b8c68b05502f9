import type { Actor } from '@carers/audit';
import { Audit } from '@carers/audit';
import { BusinessTerms } from '@carers/businesses';
import { Database } from '@carers/database';
import type { Words } from '@carers/pages';
import { Injectable } from '@nestjs/common';
import type { Invoice } from './invoices/invoice.entity.js';

/** New terms that a business has not agreed to. */
export interface TermsToAgree {
  version: string;
  /** The version it agreed to last, and when; null where it never did. */
  last: { version: string; at: Date } | null;
}

/** What is different between two wordings, sentence by sentence. */
export interface TermsChanges {
  added: string[];
  removed: string[];
}

/** Lists of sentences that a wording of the terms has. */
const lists = ['you-list', 'we-list'];

/** The page of terms that comes before paying a yearly fee, where they have changed. */
@Injectable()
export class TermsBeforePaying {
  constructor(
    private readonly terms: BusinessTerms,
    private readonly database: Database,
    private readonly audit: Audit,
  ) {}

  /** The terms to agree to before an invoice is paid; null where there are none, or they have not changed. */
  async of(invoice: Invoice): Promise<TermsToAgree | null> {
    if (!invoice.termsVersion) return null;
    const [{ version }, accepted] = await Promise.all([
      this.terms.current(),
      this.terms.acceptedBy(invoice.businessId),
    ]);
    if (accepted.some((each) => each.version === version)) return null;
    const [last] = accepted;
    return { version, last: last ? { version: last.version, at: last.acceptedAt } : null };
  }

  /** Keeps that a business agreed on its page. @throws TermsChanged when `version` is no longer the one in force */
  async agree(invoice: Invoice, version: string, accountId: string, actor: Actor): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.terms.accept(tx, invoice.businessId, version, accountId);
      await this.audit.record(tx, {
        action: 'terms.agreed-before-paying',
        subject: { kind: 'business', id: invoice.businessId },
        actor,
        details: { version, invoice: invoice.id },
      });
    });
  }
}

/** What was added to the terms and what was taken out since a version; all of it is added where there was none. */
export function changesOf(words: Words, from: string | null, to: string): TermsChanges {
  const sentencesOf = (version: string | null) =>
    version === null ? [] : lists.flatMap((list) => words.sentences(`businesses:terms.${version}.${list}`));
  const [before, after] = [sentencesOf(from), sentencesOf(to)];
  return {
    added: after.filter((sentence) => !before.includes(sentence)),
    removed: before.filter((sentence) => !after.includes(sentence)),
  };
}
