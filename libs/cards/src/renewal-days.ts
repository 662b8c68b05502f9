import { addDays, addMonths, type LocalDate } from '@carers/kernel';
import type { Policy } from '@carers/places';
import type { Card } from './card.entity.js';

/** From which day a card can be renewed: that of the first reminder. */
export function renewableFrom({ validUntil }: Pick<Card, 'validUntil'>, { card }: Pick<Policy, 'card'>): LocalDate {
  return addDays(validUntil, -7 * Math.max(...card.renewalReminderWeeks));
}

/** The last day after a renewal. Whoever renews early loses nothing; whoever is late begins today. */
export function renewedUntil(
  { validUntil }: Pick<Card, 'validUntil'>,
  { card }: Pick<Policy, 'card'>,
  today: LocalDate,
): LocalDate {
  const from = validUntil < today ? today : addDays(validUntil, 1);
  return addDays(addMonths(from, card.validityMonths), -1);
}
