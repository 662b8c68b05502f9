/** Letters, digits and signs that mean nothing in the text of an array. */
const plain = /^[\w.:+-]+$/;

/**
 * The values as the text of a PostgreSQL array, for a statement that takes one array for each column. The client's own
 * way quotes and searches every value for what to escape; ids, hashes, days and instants have nothing of the kind, and
 * on a hot path that costs as much as all else about sending them.
 */
export function columnOf(values: readonly (string | number | boolean | null)[]): string {
  return `{${values.map(elementOf).join(',')}}`;
}

function elementOf(value: string | number | boolean | null): string {
  if (value === null) return 'NULL';
  if (typeof value !== 'string') return String(value);
  // The word null stands for the value null unless it is quoted.
  if (plain.test(value) && value.toLowerCase() !== 'null') return value;
  return `"${value.replace(/["\\]/g, '\\$&')}"`;
}
