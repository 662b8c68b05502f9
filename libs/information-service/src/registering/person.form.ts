import { readEmail, readMobile } from '@carers/access';
import type { CaringRole, NewPerson } from '@carers/cards';
import { ageOn, type FieldError, line, type LocalDate, optionalLine } from '@carers/kernel';
import { choice, choices, dateBoxes } from '@carers/pages';
import { type Atlas, OutsideTerritory, type Policy, postcodeField, PostcodeNotValid } from '@carers/places';
import { z } from 'zod';
import { channels, type ConsentAnswer, purposes } from '../purposes.js';

const key = (rest: string) => `information-service:registering.${rest}`;

/** One tick box for each purpose and channel; none is ticked beforehand. */
export const consentBoxes = purposes.flatMap((purpose) =>
  channels.map((channel) => `${purpose}.${channel}` as const),
) as unknown as readonly [ConsentBox, ...ConsentBox[]];
export type ConsentBox = `${(typeof purposes)[number]}.${(typeof channels)[number]}`;

const noBirthDate = z.object({ day: z.literal(''), month: z.literal(''), year: z.literal('') }).transform(() => null);
const anyBirthDate = dateBoxes(key('born-missing'), key('born-wrong'));

/** What is asked of a carer who wants no card. */
export const personForm = z.object({
  firstName: line({ max: 80, missing: key('first-missing') }),
  lastName: line({ max: 80, missing: key('last-missing') }),
  birthDate: anyBirthDate,
  line1: optionalLine({ max: 100 }),
  line2: optionalLine({ max: 100 }),
  town: optionalLine({ max: 60 }),
  postcode: postcodeField(key('postcode-missing')),
  channel: choice(channels, key('channel-missing')),
  email: optionalLine({ max: 254 }),
  mobile: optionalLine({ max: 40 }),
  consents: choices(consentBoxes),
});

/** The same for staff: on the phone not everybody wants to say when they were born. */
export const staffPersonForm = personForm.extend({
  birthDate: z.union([noBirthDate, z.undefined().transform(() => null), z.null(), anyBirthDate]),
});

export type PersonForm = Omit<z.output<typeof personForm>, 'birthDate'> & { birthDate: LocalDate | null };

/** What decides who may sign up: the map, the scheme's ages, and the day. */
export interface PersonContext {
  atlas: Atlas;
  policy: Policy;
  today: LocalDate;
  locale: string;
}

/** Where the form's fields lead to: a person, or what has to be put right. */
export type PersonRead = { person: NewPerson; errors?: undefined } | { person?: undefined; errors: FieldError[] };

/** Reads what was typed: contacts normalised, the region found by the postcode, ages checked. */
export function personOf(form: PersonForm, { atlas, policy, today, locale }: PersonContext): PersonRead {
  const errors: FieldError[] = [];
  const refuse = (field: string, message: string, params?: FieldError['params']) =>
    void errors.push({ field, message, ...(params && { params }) });
  const email = form.email ? readEmail(form.email) : null;
  const mobile = form.mobile ? readMobile(form.mobile) : null;
  if (form.email && !email) refuse('email', key('email-wrong'));
  else if (form.channel === 'email' && !email) refuse('email', key('email-missing'));
  if (form.mobile && !mobile) refuse('mobile', key('mobile-wrong'));
  else if (form.channel === 'text' && !mobile) refuse('mobile', key('mobile-missing'));
  if (form.channel === 'post' && !form.line1) refuse('line1', key('line1-missing'));

  const { birthDate } = form;
  const age = birthDate ? ageOn(birthDate, today) : null;
  if (birthDate && birthDate > today) refuse('birthDate', key('born-in-future'));
  else if (age !== null && age >= 120) refuse('birthDate', key('born-wrong'));
  else if (age !== null && age < policy.eligibility.minimumAge) {
    refuse('birthDate', key('too-young'), { min: policy.eligibility.minimumAge });
  }
  const place = placeOf(form.postcode, atlas, refuse);
  if (!place || errors.length > 0) return { errors };
  const lines = [form.line1, form.line2, form.town].filter((each) => each !== null);
  return {
    person: {
      firstName: form.firstName,
      lastName: form.lastName,
      birthDate,
      email: email?.address ?? null,
      mobile: mobile?.address ?? null,
      contactChannel: form.channel,
      // A town alone is nowhere to write to.
      address: form.line1 ? lines.join('\n') : null,
      postcode: place.postcode,
      regionId: place.regionId,
      caringRoles: caringRolesOf(age, policy),
      locale,
    },
  };
}

/** An answer for every question that applies: what was not ticked is a no. Nobody markets to children. */
export function consentsOf(
  { consents }: Pick<PersonForm, 'consents'>,
  person: Pick<NewPerson, 'birthDate' | 'email' | 'mobile' | 'address'>,
  { policy, today }: Pick<PersonContext, 'policy' | 'today'>,
): ConsentAnswer[] {
  const child = person.birthDate !== null && ageOn(person.birthDate, today) < policy.eligibility.youngCarerUnder;
  const reach = { email: person.email, text: person.mobile, post: person.address };
  return purposes
    .filter((purpose) => purpose === 'carers_information' || !child)
    .flatMap((purpose) =>
      channels
        .filter((channel) => reach[channel] !== null)
        .map((channel) => ({ purpose, channel, given: consents.includes(`${purpose}.${channel}`) })),
    );
}

/** Whether somebody is so young that a parent or a sponsor decides for them. */
export function needsAgreement(birthDate: LocalDate | null, { policy, today }: PersonContext): boolean {
  return birthDate !== null && ageOn(birthDate, today) < policy.eligibility.agreementUnder;
}

/** What follows from an age; without one, that they care is all that is known. */
export function caringRolesOf(age: number | null, { eligibility }: Policy): CaringRole[] {
  if (age === null) return [];
  const roles: CaringRole[] = [];
  if (age < eligibility.youngCarerUnder) roles.push('young_carer');
  else roles.push('adult_carer');
  if (age >= eligibility.youngAdultFrom && age <= eligibility.youngAdultTo) roles.push('young_adult_carer');
  return roles;
}

function placeOf(
  typed: string,
  atlas: Atlas,
  refuse: (field: string, message: string, params?: FieldError['params']) => void,
) {
  try {
    return atlas.find(typed);
  } catch (problem) {
    if (problem instanceof PostcodeNotValid) refuse('postcode', 'places:errors.postcode-not-valid');
    else if (problem instanceof OutsideTerritory) {
      refuse('postcode', 'places:problems.outside-territory', problem.params);
    } else throw problem;
    return null;
  }
}
