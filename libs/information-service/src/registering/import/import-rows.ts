import { readMobile } from '@carers/access';
import type { NewPerson } from '@carers/cards';
import { fieldErrors } from '@carers/pages';
import { type FieldError, isCleanText } from '@carers/kernel';
import type { ConsentAnswer, ConsentEvidence } from '../../purposes.js';
import { needsAgreement, type PersonContext, personOf, staffPersonForm } from '../person.form.js';
import type { ImportColumn, Mapping } from './import-columns.js';
import { readChannel, readMessyDate, readYesNo, splitName, tidyPhone } from './messy-values.js';
import type { ConsentProof } from './subscriber-import.entity.js';

const key = (rest: string) => `information-service:import.rows.${rest}`;

/** A row that can go in. */
export interface GoodRow {
  person: NewPerson;
  /** Empty where the proof is not whole: then the person is registered and has agreed to nothing. */
  consents: ConsentAnswer[];
  evidence: ConsentEvidence | null;
  /** What was left out, and why. */
  notes: FieldError[];
}

export interface RowRules extends PersonContext {
  mapping: Mapping;
  consent: ConsentProof | null;
  /** The regions of the service whose list it is. */
  regionIds: ReadonlySet<string>;
}

/** Reads one row: what can be put right is, and the rest is said in words that tell what to do. */
export function readRow(cells: readonly string[], rules: RowRules): GoodRow | { errors: FieldError[] } {
  const { mapping, today } = rules;
  if (cells.some((text) => !isCleanText(text))) return bad('', key('unreadable'));
  const cell = (column: ImportColumn) => cells[mapping[column] ?? -1]?.replace(/\s+/g, ' ').trim() ?? '';
  const notes: FieldError[] = [];
  const full = splitName(cell('fullName'));
  const birthDate = cell('birthDate') ? readMessyDate(cell('birthDate'), today) : null;
  if (cell('birthDate') && !birthDate) return bad('birthDate', key('born-wrong'), { typed: cell('birthDate') });

  const phone = cell('mobile') ? tidyPhone(cell('mobile')) : '';
  const mobile = phone && readMobile(phone) ? phone : '';
  if (phone && !mobile) notes.push({ field: 'mobile', message: key('not-mobile'), params: { typed: cell('mobile') } });
  const email = cell('email').replace(/^mailto:/i, '');
  const line1 = cell('line1');
  const channel = channelOf(readChannel(cell('channel')), { email, mobile, line1 });
  if (!channel) return { errors: [{ field: '', message: key('no-contact') }, ...notes] };
  const typed = staffPersonForm.safeParse({
    firstName: cell('firstName') || full.first,
    lastName: cell('lastName') || full.last,
    birthDate,
    line1,
    line2: cell('line2'),
    town: cell('town'),
    postcode: cell('postcode'),
    channel,
    email,
    mobile,
    consents: [],
  });
  if (!typed.success) return { errors: fieldErrors(typed.error) };
  const read = personOf(typed.data, rules);
  if (read.errors) return { errors: read.errors };
  const { person } = read;
  if (needsAgreement(person.birthDate, rules)) return bad('birthDate', key('child'));
  if (!rules.regionIds.has(person.regionId))
    return bad('postcode', key('other-service'), { postcode: person.postcode });
  return { person, notes, ...consentsOf(cell, person, rules, notes) };
}

/** Consent needs the words, where the proof is, a day, and how; with less than all of it there is none. */
function consentsOf(
  cell: (column: ImportColumn) => string,
  person: NewPerson,
  { consent, today }: RowRules,
  notes: FieldError[],
): Pick<GoodRow, 'consents' | 'evidence'> {
  const reach = { email: person.email, text: person.mobile, post: person.address };
  const columns = { email: 'consentEmail', text: 'consentText', post: 'consentPost' } as const;
  const consents = (['email', 'text', 'post'] as const).flatMap((channel): ConsentAnswer[] => {
    const given = reach[channel] === null ? null : readYesNo(cell(columns[channel]));
    return given === null ? [] : [{ purpose: 'carers_information', channel, given }];
  });
  if (consents.length === 0) return { consents: [], evidence: null };
  const givenOn = readMessyDate(cell('consentDate'), today);
  const how = cell('consentHow').slice(0, 80);
  if (!consent || !givenOn || givenOn > today || !how) {
    if (consents.some(({ given }) => given)) notes.push({ field: 'consentDate', message: key('no-proof') });
    return { consents: [], evidence: null };
  }
  return { consents, evidence: { givenOn, how, kept: consent.kept } };
}

function channelOf(
  wanted: 'email' | 'text' | 'post' | null,
  { email, mobile, line1 }: { email: string; mobile: string; line1: string },
): 'email' | 'text' | 'post' | null {
  const there = { email, text: mobile, post: line1 };
  if (wanted && there[wanted]) return wanted;
  return (['email', 'text', 'post'] as const).find((channel) => there[channel]) ?? null;
}

function bad(field: string, message: string, params?: FieldError['params']): { errors: FieldError[] } {
  return { errors: [{ field, message, ...(params && { params }) }] };
}
