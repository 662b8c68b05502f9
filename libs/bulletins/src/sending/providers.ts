/** Who takes copies from us. */
export type Provider = 'smtp' | 'notify';

/** Nothing is wrong with a copy, but its provider takes none at present: the run waits, and goes on by itself. */
export class ProviderAway extends Error {
  override name = 'ProviderAway';
}

/**
 * What became of one copy. `again`: later, since the provider put it off; `doubt`: it may have left or not, and nobody
 * can be asked; `ask`: the same, but its provider can be asked by our reference before the next try; `unsent`: it was
 * not begun.
 */
export interface Outcome {
  deliveryId: string;
  result: 'sent' | 'failed' | 'again' | 'doubt' | 'ask' | 'unsent';
  reference?: string | null;
  /** Without addresses: it is shown and kept. */
  error?: string | null;
  units?: number | null;
  costPence?: number | null;
}

/** What becomes of a copy where nothing leaves the house: in a demo. */
export function recorded({ deliveryId }: { deliveryId: string }): Outcome {
  return { deliveryId, result: 'sent', costPence: 0 };
}
