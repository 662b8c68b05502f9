import type { LocalDate } from '@carers/kernel';
import type { LocalText, ProgrammeDocument } from './programme-schema.js';

/** The same shape with each text replaced by its catalogue key. */
type Keyed<T> = T extends LocalText
  ? string
  : T extends readonly (infer Each)[]
    ? Keyed<Each>[]
    : T extends object
      ? { [Name in keyof T]: Keyed<T[Name]> }
      : T;

/**
 * A programme in use: wherever its file has a text, this has a catalogue key for `{{t}}`, as in
 * `programmes:trader-vetting_2026-11.checks.public-liability.title`. It never changes.
 */
export type Programme = Keyed<ProgrammeDocument> & {
  /** Id of the row; a case keeps it. */
  readonly id: string;
};

export type ProgrammeCheck = Programme['checks'][number];
export type ProgrammeQuestion = Programme['facts'][number];
export type FeeList = Programme['fees'][number];
export type TierRule = Programme['tierRules'][number];
export type FactCondition = TierRule['when'][number];

/** What a business said about itself, by question key. */
export type Facts = Readonly<Record<string, FactValue>>;
export type FactValue = string | number | boolean | readonly string[] | null;

/** The line of the catalogue below which the words of a version lie. */
export function catalogueRoot({ slug, version }: { slug: string; version: string }): string {
  return `${slug}_${version}`;
}

/** The fee list in force on a day: the newest that has begun; null where there is none yet, and nothing is to be paid. */
export function feeListOn(programme: Programme, on: LocalDate): FeeList | null {
  const begun = programme.fees.filter(({ inForceFrom }) => inForceFrom <= on);
  return begun.reduce<FeeList | null>(
    (newest, each) => (!newest || each.inForceFrom > newest.inForceFrom ? each : newest),
    null,
  );
}

/** A check of the programme by its key. */
export function checkOf(programme: Programme, key: string): ProgrammeCheck | null {
  return programme.checks.find((check) => check.key === key) ?? null;
}
