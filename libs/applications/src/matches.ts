import { Cardholder } from '@carers/cards';
import { Database, keyedHash, type Tx } from '@carers/database';
import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Application } from './application.entity.js';

/** Somebody who may be the same person: a cardholder, or another application. Only ever shown to staff. */
export interface Match {
  kind: 'cardholder' | 'application';
  id: string;
  firstName: string;
  lastName: string;
  /** How alike the names are, from 0 to 1. */
  likeness: number;
  sameBirthDate: boolean;
  /** Nothing is known of the birth date, so nothing speaks against it. */
  noBirthDate: boolean;
  samePostcode: boolean;
  sameEmail: boolean;
  sameMobile: boolean;
  /** A cardholder who has or had a card; false for somebody whom only the carers service knows. */
  hasCard: boolean;
}

/** Most matches looked at. */
const most = 20;

/** The columns that both tables have under the same names. */
const evidence = `
  first_name AS "firstName", last_name AS "lastName",
  similarity(plain_text(first_name || ' ' || last_name), plain_text($1)) AS likeness,
  coalesce(birth_date_hash = $2, false) AS "sameBirthDate", birth_date_hash IS NULL AS "noBirthDate", coalesce(postcode_hash = $3, false) AS "samePostcode",
  coalesce(email_hash = $4, false) AS "sameEmail", coalesce(mobile_hash = $5, false) AS "sameMobile"`;

/**
 * A first name in common is not enough among neighbours, so a postcode asks for more likeness than a birth date. `%` is
 * the form that the trigram index can answer.
 *
 * Alike names (typos included) with a birth date or postcode in common, or one contact or birth date and home in common.
 */
const alike = `(
  email_hash = $4 OR mobile_hash = $5
  OR (birth_date_hash = $2
      AND (postcode_hash = $3 OR similarity(plain_text(first_name || ' ' || last_name), plain_text($1)) > 0.3))
  OR (postcode_hash = $3 AND plain_text(first_name || ' ' || last_name) % plain_text($1)
      AND similarity(plain_text(first_name || ' ' || last_name), plain_text($1)) > 0.5))`;

const text = `
  SELECT found.*, EXISTS (SELECT 1 FROM card WHERE card.cardholder_id::text = found.id) AS "hasCard" FROM (
    SELECT 'cardholder' AS kind, id::text, ${evidence} FROM cardholder WHERE left_at IS NULL AND ${alike}
    UNION ALL
    SELECT 'application', id::text, ${evidence} FROM application
     WHERE id <> $6 AND state IN ('submitted', 'more_information', 'declined') AND cardholder_id IS NULL AND ${alike}
  ) AS found
  WHERE id <> ALL ($7::text[])
  ORDER BY "sameBirthDate" DESC, likeness DESC, id LIMIT ${most}`;

/** What the columns beside the sealed answers hold. */
export function searchable(application: Pick<Application, 'answers'>) {
  const { name, birthDate, contact, address } = application.answers;
  return {
    firstName: name?.first ?? null,
    lastName: name?.last ?? null,
    birthDateHash: birthDate ? keyedHash(birthDate, 'birth-date') : null,
    emailHash: contact?.email ? keyedHash(contact.email, 'email') : null,
    mobileHash: contact?.mobile ? keyedHash(contact.mobile, 'mobile') : null,
    postcodeHash: address ? keyedHash(address.postcode, 'postcode') : null,
  };
}

/** What a record holds, for staff to compare. */
export interface MatchRecord {
  birthDate: string | null;
  /** Lines with the postcode last. */
  address: string;
  email: string | null;
  mobile: string | null;
  since: Date;
}

/**
 * Who of the matches is the applicant beyond doubt, and had no card yet: the same name, the same birth date where one is
 * known, and a contact in common. A name and a home in common are not enough: a person decides on those.
 */
export function surelyKnown(matches: readonly Match[]): Match | null {
  const sure = matches.filter(
    (match) =>
      match.kind === 'cardholder' &&
      !match.hasCard &&
      match.likeness === 1 &&
      (match.sameEmail || match.sameMobile) &&
      (match.sameBirthDate || match.noBirthDate),
  );
  return sure.length === 1 ? sure[0]! : null;
}

/** Finds who an applicant may be already. The applicant is never told. */
@Injectable()
export class Matches {
  constructor(private readonly database: Database) {}

  /** Likely matches that staff have not dismissed, the likeliest first. */
  async of(application: Application, tx: Tx | null = null): Promise<Match[]> {
    // Whose card is to be renewed is known.
    if (application.kind === 'renewal') return [];
    const { firstName, lastName, birthDateHash, postcodeHash, emailHash, mobileHash } = application;
    const values = [
      `${firstName} ${lastName}`,
      birthDateHash,
      postcodeHash,
      emailHash,
      mobileHash,
      application.id,
      application.dismissedMatches,
    ];
    return (tx ?? this.database.reader).query<Match[]>(text, values);
  }

  /** The records behind matches, to lay beside the application. */
  async recordsOf(matches: readonly Match[]): Promise<ReadonlyMap<string, MatchRecord>> {
    const ids = (kind: Match['kind']) => In(matches.filter((match) => match.kind === kind).map(({ id }) => id));
    const { reader } = this.database;
    const [cardholders, applications] = await Promise.all([
      reader.findBy(Cardholder, { id: ids('cardholder') }),
      reader.findBy(Application, { id: ids('application') }),
    ]);
    return new Map([
      ...cardholders.map((one): [string, MatchRecord] => {
        const { birthDate, address, postcode, email, mobile, joinedAt } = one;
        const lines = [...(address ?? '').split('\n'), postcode].filter(Boolean);
        return [one.id, { birthDate, address: lines.join(', '), email, mobile, since: joinedAt }];
      }),
      ...applications.map((one): [string, MatchRecord] => {
        const { birthDate, address, contact } = one.answers;
        return [
          one.id,
          {
            birthDate: birthDate!,
            address: [...address!.lines, address!.postcode].join(', '),
            email: contact!.email,
            mobile: contact!.mobile,
            since: one.submittedAt!,
          },
        ];
      }),
    ]);
  }
}
