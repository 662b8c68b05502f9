import { Problem, type ProblemParams } from '@carers/kernel';

/** One thing about a text, at a line of its source (from 1; 0 for the title, null for the whole). */
export interface Remark {
  line: number | null;
  /** Catalogue key of the sentence that says what to do. */
  key: string;
  params?: ProblemParams;
}

/** A text cannot be sent as it is: what has to be put right, in the order of its lines. */
export class CompositionFaults extends Problem {
  readonly slug = 'composition-faults';
  readonly kind = 'invalid';
  readonly room = 'composer';

  constructor(
    readonly faults: readonly Remark[],
    readonly notices: readonly Remark[] = [],
  ) {
    super({ count: faults.length });
  }

  override get extra(): Readonly<Record<string, unknown>> {
    return { faults: this.faults };
  }
}
