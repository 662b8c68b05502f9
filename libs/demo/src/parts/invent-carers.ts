import type { CaringRole, ContactChannel } from '@carers/cards';
import { addDays, addYears, ageOn, dateInLondon, type LocalDate } from '@carers/kernel';
import type { Place } from '@carers/places';
import type { Names } from '../data-files.js';
import type { DemoPast } from '../demo-past.js';

/** Somebody who never was, with what a registry knows of a carer. */
export interface InventedCarer {
  firstName: string;
  lastName: string;
  birthDate: LocalDate;
  email: string | null;
  mobile: string | null;
  contactChannel: ContactChannel;
  address: string;
  place: Place;
  caringRoles: CaringRole[];
  hoursOfCaring: number | null;
  joined: Date;
}

/** Ages in years with how many of a hundred carers are that old: from childhood to very old age. */
const ages = [
  { from: 8, to: 12, share: 4 },
  { from: 13, to: 17, share: 6 },
  { from: 18, to: 25, share: 8 },
  { from: 26, to: 44, share: 22 },
  { from: 45, to: 66, share: 37 },
  { from: 67, to: 91, share: 23 },
] as const;

/** What the one in three says who tells about how many hours a week they care. */
const told = [10, 35, 20, 60, 6, 100] as const;

/** Ages that decide about roles, by the scheme's policy. */
export interface AgeRules {
  youngCarerUnder: number;
  youngAdultFrom: number;
  youngAdultTo: number;
  agreementUnder: number;
}

/** Makes people up, no two with the same name, e-mail address or number. */
export class InventCarers {
  private readonly taken = new Set<string>();
  private mobiles = 100;

  constructor(
    private readonly past: DemoPast,
    private readonly names: Names,
    private readonly homes: readonly Place[],
    private readonly rules: AgeRules,
  ) {}

  /** One more. @param joined when they got their first card */
  next(joined: Date): InventedCarer {
    const { past, names, rules } = this;
    const day = dateInLondon(joined);
    const birthDate = this.birthDate(day);
    const age = ageOn(birthDate, day);
    const generation = age < 26 ? names.young : age < 60 ? names.middle : names.older;
    const [firstName, lastName] = this.freshName(generation);
    const place = past.chance.pick(this.homes);
    const contactChannel = this.channel(age, rules.agreementUnder);
    return {
      firstName,
      lastName,
      birthDate,
      contactChannel,
      email:
        contactChannel === 'email' || (contactChannel === 'text' && past.often(40))
          ? mailOf(firstName, lastName)
          : null,
      mobile: contactChannel === 'text' || (contactChannel === 'email' && past.often(50)) ? this.mobile() : null,
      address: `${past.between(1, 98)} ${past.chance.pick(names.streets)}\n${place.town}`,
      place,
      caringRoles: this.roles(age),
      hoursOfCaring: this.hours(),
      joined,
    };
  }

  private birthDate(day: LocalDate): LocalDate {
    let drawn = this.past.chance.below(100);
    const band = ages.find(({ share }) => (drawn -= share) < 0) ?? ages[4];
    return addDays(addYears(day, -this.past.between(band.from, band.to)), -this.past.between(1, 364));
  }

  private freshName(generation: readonly string[]): [string, string] {
    for (;;) {
      const name: [string, string] = [this.past.chance.pick(generation), this.past.chance.pick(this.names.last)];
      if (this.taken.has(name.join(' '))) continue;
      this.taken.add(name.join(' '));
      return name;
    }
  }

  /** Children are written to at home: their parent or sponsor reads it with them. */
  private channel(age: number, agreementUnder: number): ContactChannel {
    const drawn = this.past.chance.below(100);
    if (age < agreementUnder) return 'post';
    if (age > 75) return drawn < 30 ? 'email' : drawn < 45 ? 'text' : 'post';
    return drawn < 60 ? 'email' : drawn < 87 ? 'text' : 'post';
  }

  private hours(): number | null {
    const nth = this.taken.size;
    return nth % 3 === 0 ? told[(nth / 3) % told.length]! : null;
  }

  private mobile(): string {
    return `+447700900${String(this.mobiles++).padStart(3, '0')}`;
  }

  private roles(age: number): CaringRole[] {
    const { youngCarerUnder, youngAdultFrom, youngAdultTo } = this.rules;
    const roles: CaringRole[] = [];
    if (age < youngCarerUnder) roles.push('young_carer');
    if (age >= youngAdultFrom && age <= youngAdultTo) roles.push('young_adult_carer');
    const parent = age >= 24 && age <= 66 && this.past.often(30);
    if (parent) roles.push('parent_carer');
    if (age >= youngCarerUnder && (!parent || this.past.often(25))) roles.push('adult_carer');
    if (age >= 30 && this.past.often(3)) roles.push('former_carer');
    return roles;
  }
}

/** `zoe.ohare@example.net`; example.org, .net and .com are kept for stories (RFC 2606). */
function mailOf(firstName: string, lastName: string): string {
  const plain = `${firstName}.${lastName}`
    .replace(/ł/g, 'l')
    .replace(/Ł/g, 'L')
    .normalize('NFKD')
    .replace(/[^A-Za-z.-]/g, '')
    .toLowerCase();
  return `${plain}@example.net`;
}
