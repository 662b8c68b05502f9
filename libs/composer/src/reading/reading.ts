import type { ProblemParams } from '@carers/kernel';
import type { ComposerEvent } from '../events.js';
import type { Remark } from '../faults.js';
import type { FieldName } from '../merge-fields.js';
import type { ComposerOffer, ComposerPicture, ComposerSource } from '../source.js';

/** One text while it is read: what it may name, what was found, and what is wrong with it. */
export class Reading {
  readonly faults: Remark[] = [];
  readonly notices: Remark[] = [];
  readonly events: ComposerEvent[] = [];
  readonly used = new Set<ComposerPicture>();
  private readonly pictures: ReadonlyMap<number, ComposerPicture>;
  private readonly offers: ReadonlyMap<string, ComposerOffer>;

  constructor(
    source: ComposerSource,
    readonly fields: readonly FieldName[],
  ) {
    this.publicUrl = source.publicUrl;
    this.pictures = new Map(source.pictures.map((picture) => [picture.number, picture]));
    this.offers = new Map(source.offers.map((offer) => [offer.id, offer]));
  }

  readonly publicUrl: string;

  /** A reason not to send. */
  fault(line: number, name: string, params?: ProblemParams): void {
    const key = `composer:faults.${name}`;
    // The end of an element of HTML is not another fault.
    if (name === 'raw-html' && this.faults.some((fault) => fault.key === key && fault.line === line)) return;
    this.faults.push({ line, key, params });
  }

  /** Worth knowing. */
  notice(line: number | null, name: string, params?: ProblemParams): void {
    this.notices.push({ line, key: `composer:notices.${name}`, params });
  }

  picture(number: number): ComposerPicture | null {
    return this.pictures.get(number) ?? null;
  }

  offer(id: string): ComposerOffer | null {
    return this.offers.get(id) ?? null;
  }
}
