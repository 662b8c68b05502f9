import { Problem } from '@carers/kernel';
import type { CaseMove, CaseState } from './cases/case-moves.js';

abstract class VettingProblem extends Problem {
  readonly room = 'vetting';
}

/** No such programme, or none in force on that day. */
export class ProgrammeNotFound extends VettingProblem {
  readonly slug = 'programme-not-found';
  readonly kind = 'not-found';
}

/** This version of the programme is there with other content. A changed programme needs a new version. */
export class ProgrammeVersionTaken extends VettingProblem {
  readonly slug = 'programme-version-taken';
  readonly kind = 'conflict';

  constructor(programme: string, version: string) {
    super({ programme, version });
  }
}

/** No such case, or not theirs to see. */
export class CaseNotFound extends VettingProblem {
  readonly slug = 'vetting-case-not-found';
  readonly kind = 'not-found';
}

/** The case has moved on, so this can no longer be done with it: often somebody else was quicker. */
export class CaseHasMovedOn extends VettingProblem {
  readonly slug = 'vetting-case-has-moved-on';
  readonly kind = 'conflict';

  constructor(
    readonly move: CaseMove | null,
    readonly state: CaseState,
  ) {
    super({ state });
  }

  override get extra() {
    return { state: this.state, ...(this.move && { move: this.move }) };
  }
}

/** The business has a case of this programme that has not ended. */
export class CaseAlreadyOpen extends VettingProblem {
  readonly slug = 'vetting-case-already-open';
  readonly kind = 'conflict';
}

/** Somebody who may not do this with the case, whoever they are. */
export class NotTheirMove extends VettingProblem {
  readonly slug = 'not-their-vetting-move';
  readonly kind = 'forbidden';
}

/** Whoever recommended, or decided before, may not decide on it. */
export class NeedsAnotherOfficer extends VettingProblem {
  readonly slug = 'needs-another-officer';
  readonly kind = 'forbidden';
}

/** The officer is tied to the business. */
export class TiedToBusiness extends VettingProblem {
  readonly slug = 'tied-to-business';
  readonly kind = 'forbidden';
}

/** A decision that the business is told of needs a reason. */
export class ReasonNeeded extends VettingProblem {
  readonly slug = 'vetting-reason-needed';
  readonly kind = 'invalid';
}

/** Something must be done first. `missing` are catalogue keys of what. */
export class CaseNotReady extends VettingProblem {
  readonly slug = 'vetting-case-not-ready';
  readonly kind = 'conflict';

  constructor(readonly missing: readonly string[]) {
    super({ count: missing.length });
  }

  override get extra() {
    return { missing: this.missing };
  }
}

/** The days for an appeal are over. */
export class AppealTooLate extends VettingProblem {
  readonly slug = 'appeal-too-late';
  readonly kind = 'conflict';
}

/** The programme allows no conditions. */
export class ConditionsNotAllowed extends VettingProblem {
  readonly slug = 'conditions-not-allowed';
  readonly kind = 'invalid';
}

/** No such check, person, reference, claim, action or visit in this case. */
export class NotInThisCase extends VettingProblem {
  readonly slug = 'not-in-this-vetting-case';
  readonly kind = 'not-found';
}

/** A check that is not in a state in which this can be done. */
export class CheckHasMovedOn extends VettingProblem {
  readonly slug = 'vetting-check-has-moved-on';
  readonly kind = 'conflict';
}

/** The date until which a check holds is in the past, or none was given where one is needed. */
export class ValidityNotPossible extends VettingProblem {
  readonly slug = 'validity-not-possible';
  readonly kind = 'invalid';
}

/** As many as there may be. */
export class TooManyEntries extends VettingProblem {
  readonly slug = 'too-many-vetting-entries';
  readonly kind = 'conflict';

  constructor(most: number) {
    super({ most });
  }
}

/** A referee's link that is not right, ended, or was used. */
export class ReferenceNotOpen extends VettingProblem {
  readonly slug = 'reference-not-open';
  readonly kind = 'gone';
}

/** A certificate cannot be from a day to come. */
export class DisclosureDateNotPossible extends VettingProblem {
  readonly slug = 'disclosure-date-not-possible';
  readonly kind = 'invalid';
}

/** There is no e-mail address or mobile number to write to. */
export class RefereeNeedsCall extends VettingProblem {
  readonly slug = 'referee-needs-call';
  readonly kind = 'conflict';
}

/** Scores are missing, or are not whole numbers from 1 to 5. */
export class ScoresIncomplete extends VettingProblem {
  readonly slug = 'reference-scores-incomplete';
  readonly kind = 'invalid';
}

/** The programme does not accept this outside scheme, or it was claimed before. */
export class ClaimNotPossible extends VettingProblem {
  readonly slug = 'outside-claim-not-possible';
  readonly kind = 'conflict';
}

/** The terms have changed since they were shown, or need not be agreed to now. */
export class NothingToAgree extends VettingProblem {
  readonly slug = 'nothing-to-agree';
  readonly kind = 'conflict';
}
