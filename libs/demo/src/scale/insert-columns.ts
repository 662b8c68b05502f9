import type { Tx } from '@carers/database';

/** Values of many rows, kept by column: one parameter for each column, however many rows there are. */
export interface Columns {
  names: readonly string[];
  values: unknown[][];
  add(...row: unknown[]): void;
}

/** Empty columns of these names. */
export function columns(...names: string[]): Columns {
  const values: unknown[][] = names.map(() => []);
  return {
    names,
    values,
    add(...row) {
      names.forEach((_, index) => values[index]!.push(row[index] ?? null));
    },
  };
}

const typesOf = new Map<string, Map<string, string>>();

/**
 * Inserts all rows in one statement through `unnest`, which takes any number of rows.
 * @param end what follows them, where they are called `given`
 */
export async function insertColumns(tx: Tx, table: string, { names, values }: Columns, end = ''): Promise<void> {
  if (!values[0]?.length) return;
  const types = typesOf.get(table) ?? (await readTypes(tx, table));
  typesOf.set(table, types);
  const parameters = names.map((name, index) => `$${index + 1}::${types.get(name)}[]`);
  await tx.query(
    `INSERT INTO ${table} (${names.join(', ')}) SELECT * FROM unnest(${parameters.join(', ')}) AS given (${names.join(', ')}) ${end}`,
    values as unknown[],
  );
}

async function readTypes(tx: Tx, table: string): Promise<Map<string, string>> {
  const rows = (await tx.query(
    `SELECT attname AS name, format_type(atttypid, NULL) AS type FROM pg_attribute
      WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped`,
    [table],
  )) as { name: string; type: string }[];
  return new Map(rows.map(({ name, type }) => [name, type]));
}
