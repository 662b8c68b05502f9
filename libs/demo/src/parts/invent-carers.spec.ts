import { describe, expect, it } from '@jest/globals';
import { readEmail, readMobile } from '@carers/access';
import type { Place } from '@carers/places';
import { readNames } from '../data-files.js';
import { DemoPast } from '../demo-past.js';
import { InventCarers } from './invent-carers.js';

const names = await readNames();
const rules = { youngCarerUnder: 18, youngAdultFrom: 16, youngAdultTo: 25, agreementUnder: 13 };
const home = { postcode: 'BH15 1RU', town: 'Poole', regionId: 'poole' } as Place;

function invent(now: string, count = 300) {
  const past = new DemoPast(new Date(now), 'spec');
  const inventing = new InventCarers(past, names, [home], rules);
  return Array.from({ length: count }, () => inventing.next(past.daysAgo(past.between(2, 500))));
}

describe('invented carers', () => {
  it('are the same people every time, whatever the day', () => {
    const people = (now: string) =>
      invent(now).map(({ firstName, lastName, email, mobile }) => ({ firstName, lastName, email, mobile }));
    expect(people('2026-11-21T10:00:00Z')).toEqual(people('2026-11-21T10:00:00Z'));
    expect(people('2027-03-02T16:00:00Z')[0]).toEqual(people('2026-11-21T10:00:00Z')[0]);
  });

  it('differ from each other', () => {
    const people = invent('2026-11-21T10:00:00Z');
    for (const values of [
      people.map(({ firstName, lastName }) => `${firstName} ${lastName}`),
      people.flatMap(({ email }) => email ?? []),
      people.flatMap(({ mobile }) => mobile ?? []),
    ]) {
      expect(new Set(values).size).toBe(values.length);
    }
  });

  it('say in one of three how many hours they care', () => {
    const hours = invent('2026-11-21T10:00:00Z').flatMap(({ hoursOfCaring }) => hoursOfCaring ?? []);
    expect(hours).toHaveLength(100);
    for (const minimum of [20, 35]) expect(hours.filter((each) => each >= minimum).length).toBeGreaterThan(30);
  });

  it('can be reached as they wish, and have a role', () => {
    for (const person of invent('2026-11-21T10:00:00Z')) {
      if (person.contactChannel === 'email') expect(readEmail(person.email!)?.address).toBe(person.email);
      if (person.contactChannel === 'text') expect(readMobile(person.mobile!)?.address).toBe(person.mobile);
      expect(person.caringRoles).not.toEqual([]);
    }
  });
});
