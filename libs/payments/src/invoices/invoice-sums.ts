/** One line as it is asked for. Money is whole pence. */
export interface InvoiceLine {
  description: string;
  quantity: number;
  unitNetPence: number;
  /** In hundredths of a per cent: 2000 is 20 %. */
  vatRate: number;
}

/** A line with what it comes to. */
export interface SummedLine extends InvoiceLine {
  netPence: number;
  vatPence: number;
}

/** What is charged at one rate of VAT. */
export interface VatSum {
  vatRate: number;
  netPence: number;
  vatPence: number;
}

export interface InvoiceSums {
  lines: SummedLine[];
  /** One for each rate, the highest first. */
  vat: VatSum[];
  netPence: number;
  vatPence: number;
  grossPence: number;
}

/** Over this an invoice is a mistake: a million pounds. */
const mostPence = 100_000_000;

/**
 * What lines come to. VAT is worked out line by line to the nearest penny, half a penny up (VAT Notice 700, 17.5.1), so
 * what is shown adds up; a seller who is not registered charges none, whatever the lines say.
 * @throws RangeError for a line or a total that no invoice can have
 */
export function sumsOf(lines: readonly InvoiceLine[], vatRegistered: boolean): InvoiceSums {
  if (lines.length === 0 || lines.length > 100) throw new RangeError('An invoice has from 1 to 100 lines.');
  const summed = lines.map((line) => {
    const { description, quantity, unitNetPence } = line;
    if (![quantity, unitNetPence, line.vatRate].every(Number.isSafeInteger) || quantity < 1 || line.vatRate < 0)
      throw new RangeError(`Not a line of an invoice: ${JSON.stringify(line)}`);
    const vatRate = vatRegistered ? line.vatRate : 0;
    const netPence = quantity * unitNetPence;
    return { description, quantity, unitNetPence, vatRate, netPence, vatPence: vatOn(netPence, vatRate) };
  });
  const [netPence, vatPence] = [total(summed, 'netPence'), total(summed, 'vatPence')];
  const grossPence = netPence + vatPence;
  if (vatPence < 0 || grossPence <= 0 || grossPence > mostPence)
    throw new RangeError(`No invoice is for ${grossPence}p.`);
  const rates = [...new Set(summed.map(({ vatRate }) => vatRate))].sort((one, other) => other - one);
  const vat = rates.map((vatRate) => {
    const ofRate = summed.filter((line) => line.vatRate === vatRate);
    return { vatRate, netPence: total(ofRate, 'netPence'), vatPence: total(ofRate, 'vatPence') };
  });
  return { lines: summed, vat, netPence, vatPence, grossPence };
}

/**
 * Shares a credit out over what is left at each rate, in proportion, to the penny: the last credit takes exactly the
 * rest, VAT too.
 * @param grossPence at most the sum of what is left
 */
export function shareOfCredit(left: readonly VatSum[], grossPence: number): VatSum[] {
  const grossLeft = left.map(({ netPence, vatPence }) => netPence + vatPence);
  const all = grossLeft.reduce((sum, each) => sum + each, 0);
  if (grossPence <= 0 || grossPence > all) throw new RangeError(`Cannot credit ${grossPence}p of ${all}p.`);
  const exact = grossLeft.map((each) => (each * grossPence) / all);
  const shares = exact.map(Math.floor);
  let missing = grossPence - shares.reduce((sum, each) => sum + each, 0);
  const byFraction = exact.map((each, at) => ({ at, fraction: each - shares[at]! }));
  for (const { at } of byFraction.sort((one, other) => other.fraction - one.fraction || one.at - other.at))
    if (missing > 0 && shares[at]! < grossLeft[at]!) {
      shares[at]! += 1;
      missing -= 1;
    }
  return left.flatMap(({ vatRate, vatPence }, at) => {
    const share = shares[at]!;
    if (share === 0) return [];
    const vat = Math.min(vatPence, Math.round((vatPence * share) / grossLeft[at]!));
    return [{ vatRate, netPence: share - vat, vatPence: vat }];
  });
}

function vatOn(netPence: number, vatRate: number): number {
  return Math.round((netPence * vatRate) / 10_000);
}

function total<Key extends string>(list: readonly Record<Key, number>[], key: Key): number {
  return list.reduce((sum, each) => sum + each[key], 0);
}
