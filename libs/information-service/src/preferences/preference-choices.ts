import type { LocalDate } from '@carers/kernel';
import type { Subscriber } from '../subscriber.entity.js';
import type { Subscription } from '../subscription.entity.js';
import type { Answers } from './preference-merge.js';

/** What somebody has chosen so far, by the fields of the preference form, as a form shows it and is compared with. */
export function choicesOf(
  { format, locale, topics, pausedUntil, leftAt }: Subscriber,
  subscriptions: readonly Subscription[],
  today: LocalDate,
): Answers {
  return {
    ...Object.fromEntries(
      subscriptions.map(({ purpose, channel, active }) => [`${purpose}.${channel}`, active ? 'yes' : 'no']),
    ),
    format,
    locale,
    topics: [...topics].sort().join(' '),
    pause: pausedUntil !== null && pausedUntil > today ? pausedUntil : '',
    left: leftAt === null ? 'no' : 'yes',
  };
}
