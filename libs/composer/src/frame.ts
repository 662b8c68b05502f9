import type { LocalDate } from '@carers/kernel';
import type { Brand, Views, Words } from '@carers/pages';

/** Who sends it. */
export interface FrameService {
  name: string;
  phone: string;
  email: string;
  web: string;
  /** Lines of the postal address, the postcode last. */
  address: readonly string[];
}

/** What stands around every copy, whoever gets it. Make one for a locale and keep it: what is made ready for it is kept too. */
export interface Frame {
  brand: Brand;
  /** Words of the copy's locale. */
  words: Words;
  service: FrameService;
  /** Why somebody gets this, in a sentence of that locale. */
  why: string;
  publicUrl: string;
}

export interface EmailFrame extends Frame {
  views: Views;
}

/** Where the address has to stand: for our own window envelopes, or for GOV.UK Notify's (see the README). */
export type EnvelopeWindow = 'dl' | 'notify';

export interface LetterFrame extends Frame {
  /** The date at its head. */
  date: LocalDate;
  window: EnvelopeWindow;
}
