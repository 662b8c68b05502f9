import type { OfficerScope } from '../officer-scope.js';
import { covers } from '../officer-scope.js';
import type { Subscriber } from '../subscriber.entity.js';
import type { Situation } from './situations.js';

/** What holds messages back from somebody, as the officer's page shows it. Pure. */
export function situationView(subscriber: Subscriber, situation: Situation, scope: OfficerScope) {
  const { holds, blocked, caringEnd, card, others, open, heldBack } = situation;
  const base = `/staff/subscribers/${subscriber.id}`;
  const died = holds.some(({ reason }) => reason === 'deceased');
  return {
    id: subscriber.id,
    base,
    died,
    held: holds.length > 0,
    holds: holds.map(({ reason, since, cardId }) => ({
      titleKey: `information-service:situation.hold.${reason}`,
      textKey: `information-service:situation.hold-text.${reason}`,
      since,
      cardStopped: cardId !== null && card === 'suspended',
      liftHref: `${base}/lift/${reason}`,
      liftKey: `information-service:situation.lift.${reason}`,
    })),
    blocked: blocked.map(({ channel, address, rows }) => ({
      titleKey: `information-service:situation.address.${channel}`,
      address: address.split('\n'),
      whys: rows.map(({ reason, aboutKind, since }) => ({
        key: `information-service:situation.blocked.${aboutKind === 'household' ? 'household' : reason}`,
        since,
      })),
      href: `${base}/release/${channel}`,
    })),
    caringEnd: caringEnd && { endedOn: caringEnd.endedOn, cardUntil: caringEnd.cardUntil, hasCard: card !== null },
    // An officer asks about their own people; of others at the address they learn only that there are some.
    others: others
      .filter((each) => covers(scope, each.subscriber))
      .map(({ subscriber: { id }, cardholder, post }) => ({
        name: `${cardholder.firstName} ${cardholder.lastName}`,
        href: `/staff/subscribers/${id}/situation`,
        postKey: `information-service:situation.post.${post}`,
      })),
    elsewhere: others.filter((each) => !covers(scope, each.subscriber)).length,
    open: open.map((channel) => `information-service:by.${channel}`),
    heldBack,
    clear: holds.length === 0 && blocked.length === 0 && !caringEnd,
  };
}
