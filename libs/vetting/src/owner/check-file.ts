import type { EvidenceFile } from '@carers/evidence';
import type { LocalDate } from '@carers/kernel';
import { daysBetween } from '@carers/kernel';
import { type CaseState, endedStates } from '../cases/case-moves.js';
import { answerableStates } from '../checks/case-states.js';
import type { OutsideClaim } from '../checks/outside-claim.entity.js';
import type { VettingCheck } from '../checks/vetting-check.entity.js';
import type { VettingPerson } from '../checks/vetting-person.entity.js';
import type { VettingReference } from '../checks/vetting-reference.entity.js';
import type { ProgrammeCheck } from '../programmes/programme.js';
import { isAnswered, isAsked } from '../programmes/tiers.js';
import { formQuestions } from './question-form.js';

/** A check with everything that the business has sent for it. What referees say is not among it. */
export interface CheckFile {
  check: VettingCheck;
  rule: ProgrammeCheck;
  /** The outside scheme's membership that stands in for it. */
  claim: OutsideClaim | null;
  /** Of a refused file only its row is left. */
  files: EvidenceFile[];
  people: VettingPerson[];
  named: Pick<VettingReference, 'id' | 'checkId' | 'name' | 'email' | 'phone' | 'job'>[];
}

/** What the business still has to send for a check. */
export type MissingPart = 'answers' | 'evidence' | 'people' | 'references';

/** What is missing of a check; nothing where an outside scheme stands in for it. */
export function missingParts({ check, rule, claim, files, people, named }: CheckFile): MissingPart[] {
  if (claim) return [];
  const answers = check.answer ?? {};
  const open = formQuestions(rule.asks).some(
    (question) => !question.optional && isAsked(question, answers) && !isAnswered(answers[question.key]),
  );
  const wanted = (kind: 'people' | 'references', standard: number) => {
    const asked = rule.asks.find((question) => question.kind === kind && !question.optional);
    return asked ? (asked.least ?? standard) : 0;
  };
  const parts: [MissingPart, boolean][] = [
    ['answers', open],
    ['people', people.length < wanted('people', 1)],
    ['references', named.length < wanted('references', rule.references?.ask ?? 1)],
    ['evidence', rule.evidence.some(({ optional }) => !optional) && !files.some(isThere)],
  ];
  return parts.filter(([, missing]) => missing).map(([part]) => part);
}

/** How a check stands for the business, as the tag on its task. */
export type CheckStanding =
  'todo' | 'missing' | 'filled' | 'waiting' | 'renewing' | 'done' | 'ending' | 'change' | 'lapsed';

/** Days before its end from which a check should be renewed. */
const soon = 30;

export function standingOf(file: CheckFile, state: CaseState, today: LocalDate): CheckStanding {
  const { check } = file;
  switch (check.state) {
    case 'accepted':
      if (check.renewing) return 'renewing';
      return check.validUntil !== null && daysBetween(today, check.validUntil) <= soon ? 'ending' : 'done';
    case 'rejected':
      return 'change';
    case 'lapsed':
      return 'lapsed';
    case 'answered':
      if (missingParts(file).length > 0) return 'missing';
      return state === 'draft' ? 'filled' : 'waiting';
    default:
      return 'todo';
  }
}

/** Whether the business may still send something for its checks. */
export function mayAnswer(state: CaseState): boolean {
  return answerableStates.includes(state) && !endedStates.includes(state);
}

/**
 * Whether the business may take a file back: until the case is sent, and later while its check is asked for again and
 * nobody has decided on the file.
 */
export function mayRemove({ keptAt }: Pick<EvidenceFile, 'keptAt'>, check: VettingCheck, state: CaseState): boolean {
  if (state === 'draft') return true;
  const asked = check.state === 'asked' || check.state === 'rejected' || check.state === 'lapsed';
  return mayAnswer(state) && asked && (check.decidedAt === null || keptAt > check.decidedAt);
}

function isThere({ state }: EvidenceFile): boolean {
  return state === 'ready' || state === 'held';
}
