import { AskGrown, AskGrownSchedule } from './ask-grown.js';
import { ConsentDecider } from './consent-decider.entity.js';
import { Ages } from './young-rules.js';

/** What the modules of this lib need where an adult decides for a child. */
export const childrenParts = {
  entities: [ConsentDecider],
  providers: [Ages],
  jobs: [AskGrown, AskGrownSchedule],
};
