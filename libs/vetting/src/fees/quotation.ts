import type { LocalDate } from '@carers/kernel';
import { sumsOf } from '@carers/payments';
import { type Facts, type FeeList, feeListOn, type Programme } from '../programmes/programme.js';

/** What the fee goes by. */
export interface FeeFacts {
  /** People who work there, owners included. */
  employees: number;
  premises: number;
  tradingNames: number;
}

export interface FeeLine {
  /** Catalogue key of this lib, and what goes into its sentence. */
  key: string;
  params: Readonly<Record<string, number>>;
  quantity: number;
  unitNetPence: number;
  /** Basis points. */
  vatRate: number;
}

export interface FeeSum {
  lines: FeeLine[];
  netPence: number;
  vatPence: number;
  totalPence: number;
}

export interface Quote {
  application: FeeSum;
  annual: FeeSum;
  /** Staff set the price; until then both sums are empty. */
  byQuotation: boolean;
  /** Parts in which the annual fee may be paid, and the months between them. */
  instalments: FeeList['instalments'];
  dueDays: FeeList['dueDays'];
}

/** Net pence that staff set, for businesses of a size that the list leaves to them. */
export type SetPrice = { application: number; annual: number };

const nothing: FeeSum = { lines: [], netPence: 0, vatPence: 0, totalPence: 0 };

/**
 * What a programme costs on a day by its dated list; nothing where it has no list in force.
 * @param set what staff set where the list leaves it to them
 * @param vatRegistered whether the seller charges VAT at all
 */
export function quote(
  programme: Programme,
  facts: FeeFacts,
  on: LocalDate,
  set: SetPrice | null = null,
  vatRegistered = true,
): Quote {
  const list = feeListOn(programme, on);
  if (!list) {
    return {
      application: nothing,
      annual: nothing,
      byQuotation: false,
      instalments: null,
      dueDays: { application: 30, annual: 30 },
    };
  }
  const band = list.bands.find(({ upTo }) => upTo === null || facts.employees <= upTo)!;
  const fixed = 'byQuotation' in band ? set : band;
  const sumFor = (which: 'application' | 'annual'): FeeSum =>
    fixed === null
      ? nothing
      : sumOf(
          [line(`vetting:fees.${which}`, 1, fixed[which], list.vatRate), ...extras(list, facts, which)],
          vatRegistered,
        );
  return {
    application: sumFor('application'),
    annual: sumFor('annual'),
    byQuotation: fixed === null,
    instalments: list.instalments,
    dueDays: list.dueDays,
  };
}

/** Whether the list in force on a day leaves the price to staff for a business of this size. */
export function priceIsSetByStaff(programme: Programme, facts: Facts, on: LocalDate): boolean {
  return quote(programme, feeFactsOf(programme, facts), on).byQuotation;
}

/** The numbers that the fee goes by, out of what a business said: one of each unless it said more. */
export function feeFactsOf(programme: Programme, facts: Facts): FeeFacts {
  const { employees, premises, tradingNames } = programme.feeFacts;
  return {
    employees: countOf(employees && facts[employees], 0),
    premises: countOf(premises && facts[premises], 1),
    tradingNames: countOf(tradingNames && facts[tradingNames], 1),
  };
}

function countOf(given: unknown, least: number): number {
  return typeof given === 'number' && Number.isFinite(given) ? Math.max(least, Math.floor(given)) : least;
}

function extras(list: FeeList, { premises, tradingNames }: FeeFacts, which: 'application' | 'annual'): FeeLine[] {
  const lines: FeeLine[] = [];
  const { extraPremises, extraTradingName, vatRate } = list;
  if (extraPremises.with === which)
    lines.push(line('vetting:fees.extra-premises', premises - 1, extraPremises.pence, vatRate));
  if (extraTradingName.with === which)
    lines.push(line('vetting:fees.extra-trading-name', tradingNames - 1, extraTradingName.pence, vatRate));
  return lines;
}

function line(key: string, quantity: number, unitNetPence: number, vatRate: number): FeeLine {
  return { key, params: { count: quantity }, quantity, unitNetPence, vatRate };
}

/** What lines come to, counted as an invoice would count them; lines for nothing are left out. */
function sumOf(lines: readonly FeeLine[], vatRegistered: boolean): FeeSum {
  const counted = lines.filter(({ quantity, unitNetPence }) => quantity > 0 && unitNetPence > 0);
  if (counted.length === 0) return nothing;
  const asked = counted.map(({ key, ...line }) => ({ description: key, ...line }));
  const { netPence, vatPence, grossPence } = sumsOf(asked, vatRegistered);
  return { lines: counted, netPence, vatPence, totalPence: grossPence };
}
