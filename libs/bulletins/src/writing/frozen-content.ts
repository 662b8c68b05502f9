import type { ComposerOffer, FrameService } from '@carers/composer';
import type { Brand } from '@carers/pages';
import type { Edition } from './bulletin-version.entity.js';

/** One text as it was confirmed. */
export interface FrozenVersion {
  locale: string;
  edition: Edition;
  title: string;
  markdown: string;
  shortText: string | null;
  /** ISO 8601. */
  writtenAt: string;
}

/**
 * What copies of a bulletin are made from beside its pictures, kept as JSON: offers, brand and addresses may change
 * while letters are still being printed, and the same print run must come out the same a year later.
 */
export interface FrozenContent {
  versions: FrozenVersion[];
  offers: ComposerOffer[];
  service: FrameService;
  brand: Brand;
  publicUrl: string;
}
