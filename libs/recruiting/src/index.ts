export { Demand, type DemandLine } from './votes/demand.js';
export { Figures, type CodeFigures, type SourceFigures } from './figures/figures.js';
export { Leaflet, type LeafletKind } from './leaflets/leaflet.entity.js';
export { Leaflets } from './leaflets/leaflets.js';
export { LeadSupport } from './leads/lead-support.entity.js';
export { LeadWork } from './leads/lead-work.js';
export { type LeadStage, leadStages } from './leads/lead-stages.js';
export { Pipeline, type LeadFilter, type LeadLine } from './leads/pipeline.js';
export { PlaceVote } from './votes/place-vote.entity.js';
export { Posts, type Post } from './posts/posts.js';
export { RecruitingLead } from './leads/recruiting-lead.entity.js';
export { Recruitment } from './figures/recruitment.entity.js';
export {
  recruitingEntities,
  RecruitingJobsModule,
  RecruitingModule,
  RecruitingWebModule,
} from './recruiting.module.js';
export {
  LeadCannotMerge,
  LeadNotFound,
  LeadStageForbids,
  LeafletNotFound,
  NoCardThatWorks,
  NothingToPost,
} from './recruiting.problems.js';
export { type Suggester, type Suggestion, Suggestions } from './leads/suggestions.js';
export { Votes, type Wishes } from './votes/votes.js';
export { WhereSaid, type Whereabouts } from './leads/where.js';
