import type { Block, Inline } from './document.js';
import type { CalendarFile, ComposerEvent } from './events.js';
import type { Remark } from './faults.js';
import type { FieldName } from './merge-fields.js';

/** A picture that was uploaded and made ready. In the text it is `![alt](picture:3)`. */
export interface ComposerPicture {
  number: number;
  /** Said to those who cannot see it, unless the text says something else in its place. */
  alt: string;
  /** For screens: JPEG, at most 1,120 pixels wide (twice the 560 of a message's column). */
  mail: PictureFile;
  /** For paper: JPEG, at most 1,600 pixels wide (240 to the inch over the letter's 170 mm). */
  print: PictureFile;
  /** Where the public page and long messages fetch it from. */
  url: string;
}

export interface PictureFile {
  bytes: Buffer;
  width: number;
  height: number;
}

/** An offer of the directory, in the words of its public listing. In the text it is `::offer{<id>}`. */
export interface ComposerOffer {
  id: string;
  title: string;
  sentence: string;
  business: string;
  /** "Poole", "Online", "3 places": where it can be used. */
  where: string;
  url: string;
}

/** One text with everything it names: all that `compile` knows. */
export interface ComposerSource {
  /** Of the bulletin or template: calendar entries of the same one keep their name in every copy and language. */
  id: string;
  /** When it was last written: the date of its calendar entries. */
  writtenAt: Date;
  /** Subject of the e-mail and heading of the letter and the page. May hold fields. */
  title: string;
  markdown: string;
  /** The text message; without it the title and the page's address. May hold fields. */
  shortText?: string | null;
  locale: string;
  pictures: readonly ComposerPicture[];
  /** Offers as they are listed now. One that is named and not among them is left out, with a notice. */
  offers: readonly ComposerOffer[];
  /** The origin that links beginning with "/" belong to, as in `https://card.example`. */
  publicUrl: string;
  /** The public page with the same text; null for messages that have none. */
  pageUrl?: string | null;
  /** Fields that this text may use beside the standard ones. */
  extraFields?: readonly FieldName[];
}

/** A text that passed every check: what the outputs are made from. Compile once, then make any number of copies. */
export interface Composed {
  readonly locale: string;
  readonly dir: 'ltr' | 'rtl';
  readonly title: readonly Inline[];
  readonly blocks: readonly Block[];
  /** What the writer wrote for text messages; null for the title and the address. */
  readonly shortText: readonly Inline[] | null;
  readonly pageUrl: string | null;
  readonly publicUrl: string;
  readonly events: readonly ComposerEvent[];
  readonly pictures: readonly ComposerPicture[];
  /** Calendar files of the events, to attach and to offer on the page. */
  readonly calendars: readonly CalendarFile[];
  /** Worth knowing, but no reason not to send. */
  readonly notices: readonly Remark[];
}
