import { projectRoot } from '@carers/kernel';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { consistencyFaults } from './consistency.js';
import { type ProgrammeDocument, programmeSchema } from './programme-schema.js';

/** A programme file that cannot be used. The message names the file, the path inside it and the fault. */
export class ProgrammeFileFaulty extends Error {
  override name = 'ProgrammeFileFaulty';

  constructor(
    readonly file: string,
    readonly faults: readonly { path: string; fault: string }[],
  ) {
    super(
      `The programme file ${file} cannot be used: ${faults.map(({ path, fault }) => `${path || 'the whole'}: ${fault}`).join('; ')}.`,
    );
  }
}

/** @param file its name, for the sentence @throws ProgrammeFileFaulty */
export function readProgramme(json: string, file: string): ProgrammeDocument {
  let raw: unknown;
  try {
    raw = JSON.parse(json);
  } catch (error) {
    throw new ProgrammeFileFaulty(file, [{ path: '', fault: `is not JSON (${(error as Error).message})` }]);
  }
  return checkedProgramme(raw, file);
}

/** @throws ProgrammeFileFaulty */
export function checkedProgramme(raw: unknown, file: string): ProgrammeDocument {
  const read = programmeSchema.safeParse(raw);
  if (!read.success) {
    const faults = read.error.issues
      .slice(0, 10)
      .map(({ path, message }) => ({ path: path.join('.'), fault: message }));
    throw new ProgrammeFileFaulty(file, faults);
  }
  const faults = consistencyFaults(read.data);
  if (faults.length > 0) throw new ProgrammeFileFaulty(file, faults.slice(0, 10));
  return read.data;
}

/** The programmes that ship, from `libs/vetting/programmes`. @throws ProgrammeFileFaulty */
export function shippedProgrammes(folder = join(projectRoot, 'libs', 'vetting', 'programmes')): ProgrammeDocument[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => readProgramme(readFileSync(join(folder, name), 'utf8'), name));
}

/** The same for the same content, in whatever order its members stand. */
export function hashOf(document: ProgrammeDocument): string {
  return createHash('sha256').update(canonical(document)).digest('hex');
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([name, each]) => `${JSON.stringify(name)}:${canonical(each)}`).join()}}`;
}
