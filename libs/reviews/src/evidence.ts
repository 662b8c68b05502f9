/** Ids, instants (ISO 8601), counts, distances and single words: never a name, an address or anything typed by a person. */
export type Fact = string | number | boolean | null;

/**
 * What was seen. How a fact is shown follows from the end of its name: `…At` an instant, `…Miles`, `…Minutes`, `…Pence`
 * amounts, `branchId`, `tillId`, `offerId` (or `…BranchId` and so on) the name of that thing, any other `…Id` or `…Ids`
 * not at all. A list of objects is shown line by line.
 */
export type Evidence = Readonly<Record<string, Fact | readonly Fact[] | readonly Readonly<Record<string, Fact>>[]>>;

const word = /^[\p{L}\p{N}_.:+/-]{1,120}$/u;

/**
 * Refuses evidence that could hold words of people.
 * @throws TypeError for a text with white space, or too long to be an id, an instant or a word
 */
export function checkEvidence(evidence: Evidence): void {
  const look = (value: unknown, path: string): void => {
    if (typeof value === 'string' && !word.test(value)) throw new TypeError(`Evidence ${path} is not an id or a word.`);
    if (Array.isArray(value)) value.forEach((each, index) => look(each, `${path}.${index}`));
    else if (typeof value === 'object' && value !== null)
      for (const [name, each] of Object.entries(value)) look(each, path ? `${path}.${name}` : name);
  };
  look(evidence, '');
}

/** The earliest instant among the facts that are one; `otherwise` where none is. */
export function earliestIn(evidence: Evidence, otherwise: Date): Date {
  const instants: number[] = [];
  const look = (value: unknown, name: string): void => {
    if (typeof value === 'string' && name.endsWith('At')) instants.push(Date.parse(value));
    else if (Array.isArray(value)) value.forEach((each) => look(each, name));
    else if (typeof value === 'object' && value !== null)
      for (const [inner, each] of Object.entries(value)) look(each, inner);
  };
  look(evidence, '');
  const told = instants.filter((instant) => !Number.isNaN(instant));
  return told.length > 0 ? new Date(Math.min(otherwise.getTime(), ...told)) : otherwise;
}
