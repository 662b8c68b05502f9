import { Problem } from '@carers/kernel';

abstract class ChainsProblem extends Problem {
  readonly room = 'chains';
}

/** Barcodes for tills and settlement files are for chains. */
export class NotAChain extends ChainsProblem {
  readonly slug = 'not-a-chain';
  readonly kind = 'not-found';
}

/** Tills do not know this offer by a barcode. */
export class NoTillCode extends ChainsProblem {
  readonly slug = 'no-till-code';
  readonly kind = 'not-found';
}

/** A file of more codes than are taken at once. */
export class TooManyCodes extends ChainsProblem {
  readonly slug = 'too-many-codes';
  readonly kind = 'invalid';

  constructor(most: number) {
    super({ most });
  }
}

/** The first row of a settlement file does not name what is needed. */
export class SettlementHeadingsMissing extends ChainsProblem {
  readonly slug = 'settlement-headings-missing';
  readonly kind = 'invalid';

  /** @param missing catalogue keys of the columns */
  constructor(readonly missing: readonly string[]) {
    super({ missing: missing.join(', ') });
  }
}

/** There is no such file of this business. */
export class SettlementNotFound extends ChainsProblem {
  readonly slug = 'settlement-not-found';
  readonly kind = 'not-found';
}
