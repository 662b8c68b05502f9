import type { Database } from '@carers/database';
import type { GivenCard } from './given.js';

type Row = { table: string; row: Record<string, unknown>; text: string };

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** Things that thousands have in common: a till, a place, an offer, and what a scheme is made of. They lead to nobody. */
const common = ['till', 'branch', 'business', 'offer', 'category', 'region', 'scheme', 'town', 'carers_service'];

/**
 * Looks through every table and every column of the database for a way from traces (ids) or instants to somebody: to a
 * row that names their card, credential, number, themselves or their account. Rows are joined by any UUID, wherever in
 * a row it stands (in text, lists and JSON too), and by the request in which they were written.
 * @param instants as `YYYY-MM-DDTHH:MM:SS`, UTC
 * @returns the tables on the way, or null where there is none
 */
export async function wayToSomebody(
  database: Database,
  traces: string[],
  instants: string[],
  { card, cardholder }: GivenCard,
): Promise<string | null> {
  const rows = await everyRow(database);
  const shared = new Set(rows.filter(({ table }) => common.includes(table)).map(({ row }) => String(row['id'])));
  const credentials = rows.filter(({ table, row }) => table === 'credential' && row['card_id'] === card.id);
  const leads = [
    ...[card.id, card.number, cardholder.id, cardholder.accountId],
    ...credentials.map(({ row }) => String(row['id'])),
  ].filter((lead) => lead !== null);
  const leadsOn = ({ text }: Row) => leads.some((lead) => text.includes(lead));

  const byInstant = rows.find((row) => leadsOn(row) && instants.some((instant) => row.text.includes(instant)));
  if (byInstant) return `${byInstant.table} by its time`;

  const ways = new Map(traces.filter((trace) => !shared.has(trace)).map((trace) => [trace, 'start']));
  for (const [token, way] of ways) {
    for (const row of rows) {
      if (!row.text.includes(token)) continue;
      const here = `${way} → ${row.table}`;
      if (leadsOn(row)) return here;
      const request = typeof row.row['request_id'] === 'string' ? [row.row['request_id']] : [];
      for (const next of [...(row.text.match(uuid) ?? []), ...request])
        if (!shared.has(next) && !ways.has(next)) ways.set(next, here);
    }
  }
  return null;
}

async function everyRow(database: Database): Promise<Row[]> {
  const tables = await database.query<{ schema: string; name: string }>(
    `SELECT table_schema AS schema, table_name AS name FROM information_schema.tables
      WHERE table_type = 'BASE TABLE' AND table_schema IN ('public', 'queue') AND table_name NOT LIKE 'job_%'`,
  );
  const found: Row[] = [];
  for (const { schema, name } of tables) {
    const rows = await database.query<{ row: Record<string, unknown> }>(
      `SELECT to_jsonb(t) AS row FROM ${schema}.${name} t`,
    );
    for (const { row } of rows) found.push({ table: name, row, text: JSON.stringify(row) });
  }
  return found;
}
