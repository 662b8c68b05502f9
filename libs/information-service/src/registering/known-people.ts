import { Database, keyedHash, type Tx } from '@carers/database';
import type { LocalDate } from '@carers/kernel';
import { Injectable } from '@nestjs/common';

/** Somebody who signs up; contact details normalised. */
export interface Sought {
  firstName: string;
  lastName: string;
  birthDate: LocalDate | null;
  postcode: string;
  email: string | null;
  mobile: string | null;
}

/** Somebody in the registry who may be the same person. Never shown to who signs up. */
export interface KnownPerson {
  cardholderId: string;
  firstName: string;
  lastName: string;
  /** How alike the names are, from 0 to 1; 1 for the same name in other spelling of accents and capitals. */
  likeness: number;
  sameBirthDate: boolean;
  /** The birth date of one of the two is not known. */
  birthDateOpen: boolean;
  samePostcode: boolean;
  sameEmail: boolean;
  sameMobile: boolean;
  hasCard: boolean;
  subscriberId: string | null;
  /** The carers service whose list they are on, or were on. */
  carersServiceId: string | null;
}

interface Row extends KnownPerson {
  n: number;
}

/** Most people shown for one. */
const most = 5;

/**
 * For each one sought: who has a contact, a birth date or a home in common with them, by indexes; of those the ones with
 * a contact in common, or names that are alike. A birth date asks for less likeness than a postcode: neighbours share
 * surnames. One statement for many people.
 */
const text = `
  SELECT sought.n::int AS n, found.*
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
         WITH ORDINALITY AS sought (name, birth, postcode, email, mobile, n)
   CROSS JOIN LATERAL (
     SELECT c.id AS "cardholderId", c.first_name AS "firstName", c.last_name AS "lastName", alike.likeness,
            coalesce(c.birth_date_hash = sought.birth, false) AS "sameBirthDate",
            c.birth_date_hash IS NULL OR sought.birth IS NULL AS "birthDateOpen",
            c.postcode_hash = sought.postcode AS "samePostcode",
            coalesce(c.email_hash = sought.email, false) AS "sameEmail",
            coalesce(c.mobile_hash = sought.mobile, false) AS "sameMobile",
            EXISTS (SELECT 1 FROM card WHERE card.cardholder_id = c.id) AS "hasCard",
            s.id AS "subscriberId", s.carers_service_id AS "carersServiceId"
       FROM cardholder c
       LEFT JOIN subscriber s ON s.cardholder_id = c.id
      CROSS JOIN LATERAL (
        SELECT similarity(c.plain_name, plain_text(sought.name)) AS likeness
      ) alike
      WHERE c.left_at IS NULL
        AND (c.email_hash = sought.email OR c.mobile_hash = sought.mobile OR c.birth_date_hash = sought.birth
             OR c.postcode_hash = sought.postcode)
        AND (c.email_hash = sought.email OR c.mobile_hash = sought.mobile
             OR (c.birth_date_hash = sought.birth AND (c.postcode_hash = sought.postcode OR alike.likeness > 0.3))
             OR (c.postcode_hash = sought.postcode AND alike.likeness > 0.5))
      ORDER BY alike.likeness DESC, c.id LIMIT ${most}
   ) found
   ORDER BY sought.n, found.likeness DESC, found."cardholderId"`;

/** Finds who somebody may be already: among cardholders, and among those whom a carers service knows without a card. */
@Injectable()
export class KnownPeople {
  constructor(private readonly database: Database) {}

  /** Likely matches of each, the likeliest first. At most a thousand at a time. */
  async likely(people: readonly Sought[], tx: Tx | null = null): Promise<KnownPerson[][]> {
    const found = people.map((): KnownPerson[] => []);
    if (people.length === 0) return found;
    const rows = await (tx ?? this.database.reader).query<Row[]>(text, [
      people.map(({ firstName, lastName }) => `${firstName} ${lastName}`),
      people.map(({ birthDate }) => birthDate && keyedHash(birthDate, 'birth-date')),
      people.map(({ postcode }) => keyedHash(postcode, 'postcode')),
      people.map(({ email }) => email && keyedHash(email, 'email')),
      people.map(({ mobile }) => mobile && keyedHash(mobile, 'mobile')),
    ]);
    for (const { n, ...person } of rows) found[n - 1]!.push(person);
    return found;
  }

  /**
   * From here to the end of the transaction nobody else registers people by these doors, so that whoever is sought now
   * is not entered by somebody else in the same moment.
   */
  async holdDoor(tx: Tx): Promise<void> {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('registering without a card', 0))`);
  }
}

/**
 * Who of the matches is the same person beyond doubt: the same name and a contact in common, and no other birth date.
 * Null where nobody is, or several are.
 */
export function surelySame(matches: readonly KnownPerson[]): KnownPerson | null {
  const sure = matches.filter(
    (match) =>
      match.likeness === 1 && (match.sameEmail || match.sameMobile) && (match.sameBirthDate || match.birthDateOpen),
  );
  return sure.length === 1 ? sure[0]! : null;
}
