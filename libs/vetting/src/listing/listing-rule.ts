import { addDays, type LocalDate } from '@carers/kernel';
import type { CaseMove, CaseState } from '../cases/case-moves.js';
import type { CheckState } from '../checks/vetting-check.entity.js';
import type { YearFee } from '../fees/case-year.entity.js';

/** A needed check of a case, as far as the listing goes by it. */
export interface RuledCheck {
  key: string;
  state: CheckState;
  /** The last day on which an acceptance holds; null where it always does. */
  validUntil: LocalDate | null;
  /** What the programme says happens when it runs out. */
  onLapse: 'hide_home_visits' | 'notice_only' | 'suspend';
  /** Was open when the case was approved, as the programme allows, and nobody has decided on it since. */
  waits: boolean;
}

/** Everything that the listing follows from. */
export interface RuledCase {
  state: CaseState;
  /** Suspended by the program, because of a check: then it is lifted when the check is renewed. */
  suspendedBySystem: boolean;
  /** The programme is one that a trade must have to be listed. */
  forListing: boolean;
  accreditation: { validFrom: LocalDate; validUntil: LocalDate } | null;
  checks: readonly RuledCheck[];
  /** Of the present year of the accreditation; null before there is one. */
  fee: YearFee | null;
}

export type BecauseKind =
  | 'state'
  | 'no_accreditation'
  | 'not_begun'
  | 'accreditation_over'
  | 'check_over'
  | 'check_open'
  | 'fee_overdue'
  | 'fee_disputed';

/** Why not; `key` is the check's, or the state of the case. */
export interface Because {
  kind: BecauseKind;
  key: string | null;
}

export interface Standing {
  /** May offer work in people's homes. */
  listed: boolean;
  /** May be shown, and may say, that it holds the accreditation. */
  accredited: boolean;
  because: Because[];
  /** The move that the program has to make so that the case says so too. */
  move: Extract<CaseMove, 'lapse' | 'restore' | 'suspend' | 'lift'> | null;
  /** The last day on which this stays true by itself, where it is accredited. */
  until: LocalDate | null;
  /** The first day after today on which the same file gives another answer; null where none ever does. */
  nextChangeOn: LocalDate | null;
}

const nothing = { listed: false, accredited: false, move: null, until: null, nextChangeOn: null };

/**
 * Whether a business may be listed and shown as accredited, from its file and the day alone. Nothing else decides it. The
 * same file on a later day can only lose what it had, but for an accreditation that has not begun.
 */
export function listingRule(file: RuledCase, today: LocalDate): Standing {
  if (!isLive(file)) return { ...nothing, because: [{ kind: 'state', key: file.state }] };
  const because = [...ofAccreditation(file, today), ...ofChecks(file.checks, today), ...ofFee(file.fee)];
  const suspending = file.checks.some((check) => check.onLapse === 'suspend' && !holds(check, today));
  const accredited = because.length === 0;
  const ends = endsOf(file).filter((day) => day >= today);
  return {
    accredited,
    listed: accredited && file.forListing,
    because,
    move: moveFrom(file.state, accredited, suspending),
    until: accredited ? (ends[0] ?? null) : null,
    nextChangeOn: earliest([
      ...ends.map((day) => addDays(day, 1)),
      ...(file.accreditation && file.accreditation.validFrom > today ? [file.accreditation.validFrom] : []),
    ]),
  };
}

/** Approved, or taken from there by the file alone: then the file gives it back. */
function isLive({ state, suspendedBySystem }: RuledCase): boolean {
  return state === 'approved' || state === 'lapsed' || (state === 'suspended' && suspendedBySystem);
}

function ofAccreditation({ accreditation }: RuledCase, today: LocalDate): Because[] {
  if (!accreditation) return [{ kind: 'no_accreditation', key: null }];
  if (today < accreditation.validFrom) return [{ kind: 'not_begun', key: null }];
  return today > accreditation.validUntil ? [{ kind: 'accreditation_over', key: null }] : [];
}

function ofChecks(checks: readonly RuledCheck[], today: LocalDate): Because[] {
  return checks
    .filter((check) => check.onLapse !== 'notice_only' && !holds(check, today))
    .map(({ key, state }) => ({
      kind: state === 'accepted' || state === 'lapsed' ? 'check_over' : 'check_open',
      key,
    }));
}

function ofFee(fee: YearFee | null): Because[] {
  if (fee === 'overdue') return [{ kind: 'fee_overdue', key: null }];
  return fee === 'disputed' ? [{ kind: 'fee_disputed', key: null }] : [];
}

function holds(check: RuledCheck, today: LocalDate): boolean {
  if (check.state === 'not_needed') return true;
  if (check.state === 'accepted') return check.validUntil === null || check.validUntil >= today;
  return check.waits && check.state !== 'lapsed';
}

/** The last days of everything that runs out and matters, the earliest first. */
function endsOf({ accreditation, checks }: RuledCase): LocalDate[] {
  const ofTheChecks = checks
    .filter(({ state, onLapse }) => state === 'accepted' && onLapse !== 'notice_only')
    .flatMap(({ validUntil }) => (validUntil ? [validUntil] : []));
  return [...ofTheChecks, ...(accreditation ? [accreditation.validUntil] : [])].sort();
}

function moveFrom(state: CaseState, accredited: boolean, suspending: boolean): Standing['move'] {
  if (suspending) return state === 'suspended' ? null : 'suspend';
  if (state === 'suspended') return 'lift';
  if (state === 'approved') return accredited ? null : 'lapse';
  return accredited ? 'restore' : null;
}

/** The first of some days; null where there are none. */
export function earliest(days: readonly LocalDate[]): LocalDate | null {
  return days.reduce<LocalDate | null>((first, day) => (first === null || day < first ? day : first), null);
}
