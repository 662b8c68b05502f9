import type { Tx } from '@carers/database';

/** What two businesses are compared by. */
export interface Likeness {
  name: string;
  postcode: string | null;
  town: string | null;
}

/** A business of the scheme that may be the one that is meant. */
export interface LikeBusiness {
  id: string;
  name: string;
  slug: string;
  status: string;
  town: string | null;
  /** From 0 to 1: how alike the names are. */
  score: number;
}

/** Reads rows, in a transaction or outside of one. */
type Read = <Row extends object>(text: string, values: unknown[]) => Promise<Row[]>;

export function readingIn(tx: Tx): Read {
  return (text, values) => tx.query(text, values);
}

/** How alike names have to be at one address, and in one town. A town has many a "Corner Café". */
const enough = { postcode: 0.45, town: 0.6 };

/** The names compared as people say them: "The Quay Kitchen Ltd" is "Quay Kitchen". Names in other scripts have no key. */
const score = (name: string) => `greatest(
  similarity(recruiting_name_key(${name}), recruiting_name_key($1)),
  (plain_text(${name}) = plain_text($1))::integer)`;

/** What an index finds. Names in scripts without trigrams are alike only if they are the same. */
const near = (name: string) => `(plain_text(${name}) % plain_text($1) OR plain_text(${name}) = plain_text($1))`;

const alike = (name: string, postcode: string, town: string) => `${near(name)} AND (
  (${postcode} = $2 AND ${score(name)} >= ${enough.postcode})
  OR (plain_text(${town}) = plain_text($3) AND ${score(name)} >= ${enough.town}))`;

/** Businesses that have not left and may be the one meant, the likest first, at most five. */
export function likeBusinesses(read: Read, { name, postcode, town }: Likeness): Promise<LikeBusiness[]> {
  return read<LikeBusiness>(
    `SELECT * FROM (
       SELECT DISTINCT ON (business.id) business.id, business.name, business.slug, business.status, branch.town,
              ${score('business.name')} AS score
         FROM business JOIN branch ON branch.business_id = business.id AND branch.closed_at IS NULL
        WHERE business.status <> 'left' AND ${alike('business.name', 'branch.postcode', 'branch.town')}
        ORDER BY business.id, score DESC) found
      ORDER BY score DESC, id LIMIT 5`,
    [name, postcode, town],
  );
}

/** The lead that a suggestion is about, if there is one; where it was merged, the one that it counts for now. */
export async function likeLead(read: Read, asked: Likeness): Promise<string | null> {
  const [found] = await read<{ id: string }>(
    `SELECT lead.id FROM lead JOIN recruiting_lead ON lead_id = lead.id
      WHERE lead.kind = 'suggestion' AND ${alike('lead.business_name', 'recruiting_lead.postcode', 'lead.town')}
      ORDER BY ${score('lead.business_name')} DESC, lead.id LIMIT 1`,
    [asked.name, asked.postcode, asked.town],
  );
  return found ? rootOf(read, found.id) : null;
}

/** Open leads beside this one that may be the same business, the likest first, at most ten: for staff to judge. */
export function leadsLike(
  read: Read,
  leadId: string,
  name: string,
): Promise<{ id: string; name: string; town: string | null }[]> {
  return read(
    `SELECT lead.id, lead.business_name AS name, lead.town FROM lead JOIN recruiting_lead ON lead_id = lead.id
      WHERE lead.kind = 'suggestion' AND merged_into IS NULL AND lead.id <> $2 AND plain_text(business_name) % plain_text($1)
      ORDER BY ${score('lead.business_name')} DESC, lead.id LIMIT 10`,
    [name, leadId],
  );
}

/** The lead that this one is part of by now, or itself. */
export async function rootOf(read: Read, leadId: string): Promise<string> {
  const [row] = await read<{ id: string }>(
    `WITH RECURSIVE up (id, parent) AS (
       SELECT lead_id, merged_into FROM recruiting_lead WHERE lead_id = $1
       UNION ALL SELECT lead_id, merged_into FROM recruiting_lead JOIN up ON lead_id = parent)
     SELECT id FROM up WHERE parent IS NULL`,
    [leadId],
  );
  return row?.id ?? leadId;
}

/** Every lead that counts for this one, itself first. */
export async function partsOf(read: Read, leadId: string): Promise<string[]> {
  const rows = await read<{ id: string }>(
    `WITH RECURSIVE part (id, depth) AS (
       SELECT $1::uuid, 0
       UNION ALL SELECT lead_id, depth + 1 FROM recruiting_lead JOIN part ON merged_into = part.id)
     SELECT id FROM part ORDER BY depth, id`,
    [leadId],
  );
  return rows.map(({ id }) => id);
}

/** Counts supporters anew: each cardholder once, whichever of the merged leads they spoke up for. */
export async function recount(tx: Tx, leadId: string): Promise<void> {
  await tx.query(
    `UPDATE recruiting_lead SET (supporters, others) = (
       SELECT count(DISTINCT coalesce(cardholder_id, id)) FILTER (WHERE kind = 'cardholder'),
              count(*) FILTER (WHERE kind <> 'cardholder')
         FROM lead_support WHERE lead_id = ANY ($2::uuid[]))
      WHERE lead_id = $1`,
    [leadId, await partsOf(readingIn(tx), leadId)],
  );
}

/** One at a time, in all processes: two suggestions of one business at once must find each other. Ends with the transaction. */
export async function oneAtATime(tx: Tx): Promise<void> {
  await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('recruiting leads', 0))`);
}
