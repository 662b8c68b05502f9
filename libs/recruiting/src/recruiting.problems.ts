import { Problem } from '@carers/kernel';

abstract class RecruitingProblem extends Problem {
  readonly room = 'recruiting';
}

export class LeadNotFound extends RecruitingProblem {
  readonly slug = 'lead-not-found';
  readonly kind = 'not-found';
}

/** Somebody else moved it meanwhile, or it cannot go there from where it is. */
export class LeadStageForbids extends RecruitingProblem {
  readonly slug = 'lead-stage-forbids';
  readonly kind = 'conflict';
}

/** It is part of another lead already, or the other one is part of it. */
export class LeadCannotMerge extends RecruitingProblem {
  readonly slug = 'lead-cannot-merge';
  readonly kind = 'conflict';
}

export class LeafletNotFound extends RecruitingProblem {
  readonly slug = 'leaflet-not-found';
  readonly kind = 'not-found';
}

/** Leaflets and wishes are for people whose card works. */
export class NoCardThatWorks extends RecruitingProblem {
  readonly slug = 'no-card-that-works';
  readonly kind = 'conflict';
}

/** Posts are about offers that people can use now. */
export class NothingToPost extends RecruitingProblem {
  readonly slug = 'nothing-to-post';
  readonly kind = 'not-found';
}
