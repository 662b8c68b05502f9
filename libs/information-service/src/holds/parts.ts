import { AddressPages } from './address.pages.js';
import { CardEndsWords } from './card-ends.message.js';
import { CaringEnd } from './caring-end.entity.js';
import { CaringEnds } from './caring-ends.js';
import { EndCards, EndingCardsSchedule } from './ending-cards.js';
import { Households } from './households.js';
import { LastDoor } from './last-door.js';
import { NewAddresses } from './new-addresses.js';
import { FillPostKeys, PostKeySchedule } from './post-keys.jobs.js';
import { PostKeys } from './post-keys.js';
import { ReturnedLetter } from './returned-letter.entity.js';
import { ReturnedPost } from './returned-post.js';
import { ReturnedPostPages } from './returned-post.pages.js';
import { SituationPages } from './situation.pages.js';
import { Situations } from './situations.js';
import { SubscriberHold } from './subscriber-hold.entity.js';
import { SubscriberHoldEvent } from './subscriber-hold-event.entity.js';
import { SubscriberHolds } from './subscriber-holds.js';
import { SubscriberPostKey } from './subscriber-post-key.entity.js';

/** What keeps messages from people, as the modules of this lib take it in. */
export const holdParts = {
  entities: [SubscriberHold, SubscriberHoldEvent, CaringEnd, ReturnedLetter, SubscriberPostKey],
  providers: [CaringEnds, Households, LastDoor, NewAddresses, PostKeys, ReturnedPost, Situations, SubscriberHolds],
  pages: [AddressPages, ReturnedPostPages, SituationPages],
  jobs: [CardEndsWords, EndCards, EndingCardsSchedule, FillPostKeys, PostKeySchedule],
};
