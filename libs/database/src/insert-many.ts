import type { EntityTarget, ObjectLiteral } from 'typeorm';
import type { Tx } from './database.js';

/**
 * Inserts many rows in one statement with one parameter, several times faster than `tx.insert`: for imports and other
 * bulk work. Every column must be given, but for those that the database sets; transformers (sealed columns) apply as ever.
 */
export async function insertMany<Entity extends ObjectLiteral>(
  tx: Tx,
  entity: EntityTarget<Entity>,
  rows: readonly Entity[],
): Promise<void> {
  if (rows.length === 0) return;
  const { tablePath, columns: all } = tx.connection.getMetadata(entity);
  const columns = all.filter(({ isInsert }) => isInsert);
  const names = columns.map(({ databaseName }) => `"${databaseName}"`).join(', ');
  const records = rows.map((row) =>
    Object.fromEntries(
      columns.map((column) => {
        const value: unknown = column.getEntityValue(row);
        const transformers = [column.transformer ?? []].flat();
        const kept = transformers.reduce<unknown>((changed, one) => one.to(changed) as unknown, value);
        return [column.databaseName, kept ?? null];
      }),
    ),
  );
  await tx.query(
    `INSERT INTO ${tablePath} (${names}) SELECT ${names} FROM jsonb_populate_recordset(NULL::${tablePath}, $1::jsonb)`,
    [JSON.stringify(records)],
  );
}
