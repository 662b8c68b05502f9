import { dateInLondon } from '@carers/kernel';
import type { Policy } from '@carers/places';
import type { Evidence, NewReview } from '@carers/reviews';
import type { Refusal, Sighting } from './sightings.js';
import { fullestStretches, type Stretch } from './stretches.js';
import { isImpossible, milesBetween } from './travel.js';

type Limits = Policy['misuse'];

/** What is to be said of the sightings of one card, in the order of their time: one review of each kind for a day. */
export function signalsOfCard(sightings: readonly Sighting[], limits: Limits): NewReview[] {
  const accepted = sightings.filter((each) => each.accepted);
  const stale = sightings.filter((each) => !each.accepted);
  return [
    ...farApart(accepted, limits),
    ...tooMany(accepted, limits.burstChecks, limits).map(([stretch, within]) =>
      aboutCard('burst', within[0]!, stretch.until, { ...evidenceOf(stretch, limits), places: placesOf(within) }),
    ),
    ...tooMany(stale, limits.staleCodes, limits).map(([stretch, within]) =>
      aboutCard('stale_codes', within[0]!, stretch.until, { ...evidenceOf(stretch, limits), places: placesOf(within) }),
    ),
  ];
}

/** What is to be said of the refusals of one till. */
export function signalsOfTill(refusals: readonly Refusal[], limits: Limits): NewReview[] {
  const guesses = refusals.filter(({ guessed }) => guessed);
  return [
    ...tooMany(refusals, limits.refusedChecks, limits).map(([stretch, within]) =>
      aboutTill('refused_scans', within[0]!, stretch.until, {
        ...evidenceOf(stretch, limits),
        reasons: counted(within.map(({ reason }) => reason)).map(([reason, scans]) => ({ reason, scans })),
      }),
    ),
    ...tooMany(guesses, limits.guessedNumbers, limits).map(([stretch, within]) =>
      aboutTill('guessed_numbers', within[0]!, stretch.until, evidenceOf(stretch, limits)),
    ),
  ];
}

/** The first two sightings of each day between which nobody can have travelled. Online branches are nowhere: left out. */
function farApart(accepted: readonly Sighting[], limits: Limits): NewReview[] {
  const limit = { mph: limits.travelMph, slackMiles: limits.travelSlackMiles };
  const placed = accepted.filter(({ spot }) => spot !== null);
  const found = new Map<string, NewReview>();
  for (const [index, second] of placed.entries()) {
    if (found.has(dateInLondon(second.at))) continue;
    const first = placed
      .slice(0, index)
      .findLast(
        (earlier) =>
          earlier.branchId !== second.branchId &&
          isImpossible(milesBetween(earlier.spot!, second.spot!), second.at.getTime() - earlier.at.getTime(), limit),
      );
    if (first)
      found.set(dateInLondon(second.at), aboutCard('far_apart', second, second.at, pairOf(first, second, limit)));
  }
  return [...found.values()];
}

function pairOf(first: Sighting, second: Sighting, limit: { mph: number; slackMiles: number }): Evidence {
  const miles = milesBetween(first.spot!, second.spot!);
  const minutes = Math.round((second.at.getTime() - first.at.getTime()) / 60_000);
  return {
    firstAt: first.at.toISOString(),
    firstBranchId: first.branchId,
    firstMedium: first.medium,
    secondAt: second.at.toISOString(),
    secondBranchId: second.branchId,
    secondMedium: second.medium,
    miles: Math.round(miles * 10) / 10,
    minutes,
    ...(minutes > 0 && { mph: Math.round((miles * 60) / minutes) }),
    limitMph: limit.mph,
    slackMiles: limit.slackMiles,
  };
}

/** The fullest stretch of each day with what happened in it, where that is as much as `from` or more. */
function tooMany<Event extends { at: Date }>(
  events: readonly Event[],
  from: number,
  { windowMinutes }: Limits,
): [Stretch & { limit: number }, Event[]][] {
  const stretches = fullestStretches(
    events.map(({ at }) => at),
    windowMinutes,
    dateInLondon,
  );
  return [...stretches.values()]
    .filter(({ count }) => count >= from)
    .map((stretch) => [
      { ...stretch, limit: from },
      events.filter(({ at }) => at >= stretch.from && at <= stretch.until),
    ]);
}

function evidenceOf({ count, limit, from, until }: Stretch & { limit: number }, { windowMinutes }: Limits): Evidence {
  return { scans: count, limit, windowMinutes, fromAt: from.toISOString(), untilAt: until.toISOString() };
}

// One a day is enough for a person to look into it.
function aboutCard(kind: NewReview['kind'], where: Sighting, at: Date, evidence: Evidence): NewReview {
  const { cardId, branchId } = where;
  return review(kind, { kind: 'card', id: cardId }, branchId, at, evidence);
}

function aboutTill(kind: NewReview['kind'], where: Refusal, at: Date, evidence: Evidence): NewReview {
  const { tillId, branchId } = where;
  return review(kind, { kind: 'till', id: tillId }, branchId, at, { tillId, ...evidence });
}

function review(
  kind: NewReview['kind'],
  subject: NewReview['subject'],
  branchId: string,
  at: Date,
  evidence: Evidence,
): NewReview {
  const once = `${kind}:${subject.id}:${dateInLondon(at)}`;
  return { kind, subject, branchId, once, reasonKey: `misuse:${kind}`, evidence };
}

function placesOf(sightings: readonly Sighting[]) {
  return counted(sightings.map(({ branchId }) => branchId)).map(([branchId, scans]) => ({ branchId, scans }));
}

/** How often each value occurs, the most frequent first; at most ten. */
function counted(values: readonly string[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]).slice(0, 10);
}
