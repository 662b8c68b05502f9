import type { LocalDate } from '@carers/kernel';
import { type CaseState, endedStates, movesFrom } from '../cases/case-moves.js';
import type { Sanction } from '../cases/sanction.entity.js';
import { shownCaseReference } from '../cases/case-reference.js';
import type { VettingCase } from '../cases/vetting-case.entity.js';
import type { VettingMove } from '../cases/vetting-move.entity.js';
import type { VettingAction } from '../checks/vetting-action.entity.js';
import { feeFactsOf, type Quote } from '../fees/quotation.js';
import type { Quotation } from '../fees/quotation.service.js';
import type { Facts, Programme } from '../programmes/programme.js';
import { openFacts, tierOf } from '../programmes/tiers.js';
import { type CheckFile, type CheckStanding, missingParts, standingOf } from './check-file.js';
import type { VettingReply } from './vetting-reply.entity.js';

/** How a state is coloured; its words say the same. */
const stateKinds: Record<CaseState, string> = {
  draft: 'quiet', fee_due: 'warn', in_review: 'quiet', actions_agreed: 'warn', recommended: 'quiet', approved: 'yes',
  refused: 'no', appealed: 'warn', lapsed: 'no', suspended: 'no', removed: 'no', withdrawn: 'quiet',
}; // prettier-ignore

const standingKinds: Record<CheckStanding, string> = {
  todo: 'quiet', missing: 'warn', filled: 'yes', waiting: 'quiet', renewing: 'quiet', done: 'yes', ending: 'warn',
  change: 'no', lapsed: 'no',
}; // prettier-ignore

export function stateTag(state: CaseState) {
  return { key: `vetting:owner.states.${state}.tag`, kind: stateKinds[state] };
}

/** One line of a business's list of cases. */
export function caseLine({ id, businessId, state, reference }: VettingCase, { title }: Programme) {
  return {
    href: `/business/${businessId}/vetting/${id}`,
    title,
    tag: stateTag(state),
    reference: shownCaseReference(reference),
  };
}

/** What a case costs by what was said so far; null while the numbers are not known. */
export function quoteOf(
  prices: Quotation,
  programme: Programme,
  { facts, quoted = null }: { facts: Facts; quoted?: VettingCase['quoted'] },
): Quote | null {
  const { employees } = programme.feeFacts;
  if (employees !== undefined && typeof facts[employees] !== 'number') return null;
  return prices.quote(programme, feeFactsOf(programme, facts), undefined, quoted);
}

/** A quotation as it is shown. */
export function feesView(quoted: Quote) {
  const sum = ({ lines, netPence, vatPence, totalPence }: Quote['application']) => ({
    lines: lines.map((line) => ({ key: line.key, count: line.quantity, net: line.quantity * line.unitNetPence })),
    netPence,
    vatPence,
    totalPence,
  });
  return {
    application: sum(quoted.application),
    annual: sum(quoted.annual),
    byQuotation: quoted.byQuotation,
    free: !quoted.byQuotation && quoted.application.totalPence === 0 && quoted.annual.totalPence === 0,
    instalments: quoted.instalments,
  };
}

/** A check as a line of the task list. */
export function taskView(file: CheckFile, at: string, state: CaseState, today: LocalDate) {
  const { check, rule, claim } = file;
  const standing = standingOf(file, state, today);
  return {
    id: check.key,
    title: rule.title,
    why: rule.why,
    href: `${at}/checks/${check.key}`,
    tag: { key: `vetting:owner.standing.${standing}`, kind: standingKinds[standing] },
    until: check.state === 'accepted' ? check.validUntil : null,
    missing: standing === 'missing' ? missingParts(file).map((part) => `vetting:owner.missing.${part}`) : [],
    reason: check.rejection,
    claimed: claim !== null,
    first: rule.first && state === 'draft',
  };
}

/** The first task: what the business says of itself. Tier and checks follow from it. */
export function factsTask(programme: Programme, { facts, state }: VettingCase, at: string) {
  const open = openFacts(programme, facts);
  const done = open.length === 0;
  const finding = tierOf(programme, facts);
  return {
    href: state === 'draft' ? `${at}/about` : null,
    done,
    tag: done
      ? { key: 'vetting:owner.standing.filled', kind: 'yes' }
      : { key: 'vetting:owner.standing.todo', kind: 'quiet' },
    tier: finding && {
      title: programme.tiers.find(({ key }) => key === finding.tier)!.title,
      why: programme.tiers.find(({ key }) => key === finding.tier)!.why,
      because: finding.because,
    },
  };
}

/** What was agreed or decided, with what the business said to it. */
export function actionView(action: VettingAction, replies: readonly VettingReply[], at: string, today: LocalDate) {
  const { id, words, dueOn, doneAt } = action;
  const said = repliesTo('action', id, replies);
  const kind = doneAt ? 'done' : dueOn < today ? 'late' : said.length > 0 ? 'said' : 'open';
  const colours = { done: 'yes', late: 'no', said: 'quiet', open: 'warn' };
  return {
    id,
    words,
    dueOn,
    tag: { key: `vetting:owner.action.${kind}`, kind: colours[kind] },
    said,
    replyHref: doneAt ? null : `${at}/replies/action/${id}`,
  };
}

export function sanctionView(sanction: Sanction, replies: readonly VettingReply[], at: string) {
  const { id, kind, reasonKey, words, dueOn, givenAt, endedAt } = sanction;
  return {
    id,
    title: `vetting:owner.sanction.${kind}`,
    reasonKey,
    words,
    dueOn,
    givenAt,
    endedAt,
    said: repliesTo('sanction', id, replies),
    replyHref: endedAt ? null : `${at}/replies/sanction/${id}`,
  };
}

/** What happened so far, as the business is told it: not what officers say to one another. */
export function historyView(history: readonly VettingMove[]) {
  const told: readonly VettingMove['move'][] = ['agree_actions', 'refuse', 'appeal', 'uphold', 'overturn', 'suspend', 'lift', 'remove', 'lapse', 'fee_reversed']; // prettier-ignore
  return history
    .filter(({ move }) => move !== 'recommend' && move !== 'send_back')
    .map(({ move, movedAt, words, reasonKey }) => ({
      key: `vetting:owner.moves.${move}`,
      movedAt,
      words: told.includes(move) ? words : null,
      reasonKey: told.includes(move) ? reasonKey : null,
    }));
}

/** Which steps the business can take itself. */
export function stepsOf({ state, appealUntil }: VettingCase, today: LocalDate) {
  const mine = movesFrom(state, 'owner');
  return {
    submit: mine.includes('submit'),
    appeal: mine.includes('appeal') && (appealUntil === null || appealUntil >= today),
    withdraw: mine.includes('withdraw'),
    again: endedStates.includes(state),
  };
}

function repliesTo(kind: VettingReply['aboutKind'], id: string, replies: readonly VettingReply[]) {
  return replies
    .filter(({ aboutKind, aboutId }) => aboutKind === kind && aboutId === id)
    .map(({ words, saidAt }) => ({ words, saidAt }));
}
