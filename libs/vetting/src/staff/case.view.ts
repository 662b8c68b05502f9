import type { Who } from '@carers/access';
import type { Words } from '@carers/pages';
import { shownCaseReference } from '../cases/case-reference.js';
import type { CaseState } from '../cases/case-moves.js';
import { purposeOf } from '../fees/fee-invoices.js';
import { priceIsSetByStaff } from '../fees/quotation.js';
import { tierOf } from '../programmes/tiers.js';
import { answerLines } from './answers.view.js';
import type { CaseFile } from './case-file.js';
import { checkView } from './check.view.js';
import { blockingChecks, offers, openChecks } from './officer-moves.js';
import { partsOfFile } from './file-parts.view.js';

const stateTags: Partial<Record<CaseState, string>> = {
  in_review: 'tag--warn',
  recommended: 'tag--warn',
  appealed: 'tag--warn',
  actions_agreed: 'tag--warn',
  approved: 'tag--yes',
  refused: 'tag--no',
  suspended: 'tag--no',
  removed: 'tag--no',
  lapsed: 'tag--no',
};

/** How the state of a case is marked. */
export const tagOf = (state: CaseState): string => stateTags[state] ?? '';

/** The page of a case, for somebody on the staff. */
export function caseView(file: CaseFile, who: Who, words: Words, today: string) {
  const { case: one, programme } = file;
  const officer = who.hasRole('vetting_officer');
  const base = `/staff/vetting/${one.id}`;
  const about = {
    caseId: one.id,
    state: one.state,
    programme,
    files: file.files,
    looks: file.looks,
    companies: file.companies,
    staff: file.staff,
    words,
  };
  const blocking = blockingChecks(programme, file.checks);
  const views = file.checks.map((check) => checkView(check, about)).filter((view) => view !== null);
  const tier = tierOf(programme, one.facts);
  return {
    base,
    id: one.id,
    reference: shownCaseReference(one.reference),
    business: {
      id: file.business.id,
      name: file.business.name,
      contact: [file.business.contactName, file.business.contactEmail, file.business.contactPhone]
        .filter(Boolean)
        .join(' · '),
      places: file.branches
        .map(({ addressLines, postcode }) => [...(addressLines ?? []), postcode].filter(Boolean).join(', '))
        .filter(Boolean),
    },
    programmeTitle: programme.title,
    state: one.state,
    stateKey: `vetting:staff.state.${one.state}`,
    stateTag: tagOf(one.state),
    waitingKey: `vetting:staff.waiting.${one.waitingFor}`,
    since: one.stateSince,
    submittedAt: one.submittedAt,
    tierTitle: programme.tiers.find(({ key }) => key === one.tier)?.title ?? null,
    because: tier?.because ?? [],
    facts: answerLines(programme.facts, one.facts, words).map(row),
    officerName: one.officerId && (file.staff.get(one.officerId) ?? null),
    mine: one.officerId === who.accountId,
    officer,
    priceHref: waitsForPrice(file, today) ? `${base}/price` : null,
    recommendationKey: one.recommendation && `vetting:staff.recommendation.${one.recommendation}`,
    conditions: one.conditions,
    decisionWords: one.decisionWords,
    appealUntil: one.appealUntil,
    offers: offers(
      one,
      { accountId: who.accountId, officer },
      { actions: file.actions, openChecks: blocking.length },
    ).map(({ move, whyNot }) => ({
      move,
      titleKey: `vetting:staff.move.${move}.title`,
      href: `${base}/moves/${move}`,
      whyKey: whyNot && `vetting:staff.why.${whyNot}`,
    })),
    blocking: blocking.map(({ key }) => views.find((view) => view.key === key)!.title),
    toLookAt: views.filter(({ toLookAt }) => toLookAt).length,
    accepted: views.filter((view) => view.stateKey.endsWith('.accepted')).length,
    needed: views.filter((view) => !view.stateKey.endsWith('.not_needed')).length,
    openChecks: openChecks(programme, file.checks).length,
    checks: views.filter((view) => !view.stateKey.endsWith('.not_needed')),
    notNeeded: views.filter((view) => view.stateKey.endsWith('.not_needed')).map(({ title }) => title),
    accreditation: file.accreditation && {
      validFrom: file.accreditation.validFrom,
      validUntil: file.accreditation.validUntil,
      ended: file.accreditation.endedAt !== null,
    },
    ...partsOfFile(file, { base, words, today, officer }),
  };
}

/** Whether the list of fees leaves the price to staff, and no invoice has gone out. */
export function waitsForPrice({ case: { state, facts }, programme, invoices }: CaseFile, today: string): boolean {
  if (state !== 'draft' && state !== 'fee_due') return false;
  if (invoices.some(({ purpose }) => purpose === purposeOf(programme.slug, 'application'))) return false;
  return priceIsSetByStaff(programme, facts, today);
}

/** A line for the component `summary-list`. */
export function row({ key, text }: { key: string; text: string }) {
  return { keyText: key, text };
}
