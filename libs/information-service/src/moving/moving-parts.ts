import { AskGrownWords, MovedAwayWords, MovedWords } from './moved.message.js';
import { MovingHouse } from './moving-house.js';

/** What the modules of this lib need so that lists follow people who move. */
export const movingParts = { providers: [MovingHouse], jobs: [AskGrownWords, MovedWords, MovedAwayWords] };
