import type { VettingCheck } from '../checks/vetting-check.entity.js';
import type { CaseState } from './case-moves.js';
import type { WaitingFor } from './vetting-case.entity.js';

/** Who has to do something next, as it follows from state and checks. */
export function waitingForOf(
  state: CaseState,
  checks: readonly Pick<VettingCheck, 'state' | 'renewing'>[],
): WaitingFor {
  const some = (wanted: (check: Pick<VettingCheck, 'state' | 'renewing'>) => boolean) => checks.some(wanted);
  const toLookAt = some(({ state: check, renewing }) => check === 'answered' || renewing);
  const asked = some(({ state: check }) => check === 'asked' || check === 'rejected' || check === 'lapsed');
  switch (state) {
    case 'draft':
      return 'business';
    case 'fee_due':
      return 'payment';
    case 'in_review':
      return toLookAt || !asked ? 'officer' : 'business';
    case 'actions_agreed':
      return toLookAt ? 'officer' : 'business';
    case 'recommended':
      return 'approver';
    case 'appealed':
      return 'appeal';
    case 'approved':
      return toLookAt ? 'officer' : asked ? 'business' : 'nobody';
    case 'lapsed':
    case 'suspended':
      return toLookAt ? 'officer' : 'business';
    case 'refused':
    case 'removed':
    case 'withdrawn':
      return 'nobody';
  }
}
