import type { CaseMove } from '../cases/case-moves.js';
import { moves } from '../cases/case-moves.js';
import type { VettingCase } from '../cases/vetting-case.entity.js';
import type { VettingAction } from '../checks/vetting-action.entity.js';
import type { VettingCheck } from '../checks/vetting-check.entity.js';
import { checkOf, type Programme } from '../programmes/programme.js';

/** What officers do with a case, in the order in which it is shown. */
export const officerMoves = [
  'recommend',
  'agree_actions',
  'actions_done',
  'approve',
  'refuse',
  'send_back',
  'overturn',
  'uphold',
  'suspend',
  'lift',
  'remove',
] as const satisfies readonly CaseMove[];
export type OfficerMove = (typeof officerMoves)[number];

/** Why somebody may not make a move now: a key under `vetting:staff.why`. */
export type WhyNot = 'only_look' | 'recommended' | 'decided' | 'no_actions' | 'open_actions' | 'open_checks';

/** A button for a move, or why there is none. */
export interface MoveOffer {
  move: OfficerMove;
  whyNot: WhyNot | null;
}

type Facts = Pick<VettingCase, 'state' | 'recommendedBy' | 'decidedBy'>;

/**
 * The moves that the state of a case allows to officers, each with the reason where this person may not make it. For
 * buttons: whether a move is made the case itself decides.
 */
export function offers(
  vettingCase: Facts,
  person: { accountId: string; officer: boolean },
  file: { actions: readonly Pick<VettingAction, 'doneAt'>[]; openChecks: number },
): MoveOffer[] {
  const open = file.actions.filter(({ doneAt }) => doneAt === null).length;
  const why = (move: OfficerMove): WhyNot | null => {
    if (!person.officer) return 'only_look';
    const { by } = moves[move];
    const decides = by.includes('other_officer') || by.includes('third_officer');
    if (decides && vettingCase.recommendedBy.includes(person.accountId)) return 'recommended';
    if (by.includes('third_officer') && vettingCase.decidedBy.includes(person.accountId)) return 'decided';
    if (move === 'agree_actions' && open === 0) return 'no_actions';
    if (move === 'actions_done' && open > 0) return 'open_actions';
    if (move === 'approve' && file.openChecks > 0) return 'open_checks';
    return null;
  };
  return officerMoves
    .filter((move) => moves[move].from.includes(vettingCase.state))
    .map((move) => ({ move, whyNot: why(move) }));
}

/** The needed checks that are not accepted, in the order of the programme. */
export function openChecks(programme: Programme, checks: readonly VettingCheck[]): VettingCheck[] {
  return checks.filter(({ state, key }) => state !== 'accepted' && state !== 'not_needed' && checkOf(programme, key));
}

/** Open checks that no condition can leave open. */
export function blockingChecks(programme: Programme, checks: readonly VettingCheck[]): VettingCheck[] {
  return openChecks(programme, checks).filter(({ key }) => !programme.decision.mayWait.includes(key));
}
