import type { CaringRole, ContactChannel } from '@carers/cards';
import type { ConsentAnswer } from '@carers/information-service';
import { ageOn, type LocalDate } from '@carers/kernel';
import type { Policy } from '@carers/places';

export const lookedAfterKinds = ['adult', 'own_child', 'other_child'] as const;
export const relations = ['parent', 'guardian', 'young_carers_worker', 'teacher', 'other'] as const;

/** Whom somebody looks after. */
export type LookedAfter = (typeof lookedAfterKinds)[number];

/** A home address and what the map says about it. */
export interface AddressAnswer {
  /** Without the postcode. */
  lines: string[];
  postcode: string;
  /** Null where the home is outside the territory. */
  regionId: string | null;
  /** The place outside, by name, for the sentence about it. */
  outside: string | null;
}

/** Who agrees that a child applies. */
export interface AgreementAnswer {
  name: string;
  relation: (typeof relations)[number];
  /** A phone number or an e-mail address, as typed. */
  contact: string;
}

export interface ContactAnswer {
  channel: ContactChannel;
  /** Normalised; null unless it is the chosen channel or was given as well. */
  email: string | null;
  mobile: string | null;
}

/** What was answered about one purpose, and the version of the words it was asked in. */
export interface ConsentsAnswer {
  version: string;
  answers: ConsentAnswer[];
}

/** Everything a carer may have answered so far. Ineligible answers are never kept. */
export interface Answers {
  caring?: 'yes' | 'used_to';
  unpaid?: true;
  lives?: 'here' | 'cares_here';
  name?: { first: string; last: string };
  birthDate?: LocalDate;
  agreement?: AgreementAnswer;
  lookedAfter?: LookedAfter[];
  /** A week; null where they do not say. */
  hoursOfCaring?: number | null;
  address?: AddressAnswer;
  /** Where the person looked after lives, asked of those who live elsewhere. */
  caredFor?: { postcode: string; regionId: string };
  contact?: ContactAnswer;
  consents?: Partial<Record<ConsentAnswer['purpose'], ConsentsAnswer>>;
  /** Of a renewal: whether the address is a new one. */
  moved?: boolean;
  /** Typed in by staff: how it came, whose word it rests on, and the day of form or call. */
  paper?: { how: 'paper' | 'phone'; onSayOf: string; signedOn: LocalDate };
}

/** Whether somebody is a young carer on a day: then words are their own, and nobody markets to them. */
export function isYoung(answers: Answers, policy: Policy, today: LocalDate): boolean {
  return answers.birthDate !== undefined && ageOn(answers.birthDate, today) < policy.eligibility.youngCarerUnder;
}

/** Whether a parent or sponsor has to agree. */
export function needsAgreement(answers: Answers, policy: Policy, today: LocalDate): boolean {
  return answers.birthDate !== undefined && ageOn(answers.birthDate, today) < policy.eligibility.agreementUnder;
}

/** The caring roles that follow from age and answers; several may apply, at least one does. */
export function caringRoles(answers: Answers, policy: Policy, today: LocalDate): CaringRole[] {
  const { youngCarerUnder, youngAdultFrom, youngAdultTo } = policy.eligibility;
  const age = ageOn(answers.birthDate!, today);
  const looksAfter = answers.lookedAfter ?? [];
  const roles: CaringRole[] = [];
  if (age < youngCarerUnder) roles.push('young_carer');
  if (age >= youngAdultFrom && age <= youngAdultTo) roles.push('young_adult_carer');
  if (looksAfter.includes('own_child')) roles.push('parent_carer');
  if (age >= youngCarerUnder && (looksAfter.includes('adult') || looksAfter.includes('other_child'))) {
    roles.push('adult_carer');
  }
  if (answers.caring === 'used_to') roles.push('former_carer');
  return roles;
}

/** How many hours a week somebody cares, if they said; nobody does whose caring has ended. */
export function hoursOfCaring({ caring, hoursOfCaring = null }: Answers): number | null {
  return caring === 'used_to' ? null : hoursOfCaring;
}

/** Channels that can be asked about: post always, for there is an address; the others where a contact was given. */
export function channelsOf(contact: ContactAnswer): ContactChannel[] {
  return [...(contact.email ? (['email'] as const) : []), ...(contact.mobile ? (['text'] as const) : []), 'post'];
}

/** The region an application belongs to: the home's, or that of the person looked after. */
export function regionOf(answers: Answers): string | null {
  return answers.address?.regionId ?? answers.caredFor?.regionId ?? null;
}
