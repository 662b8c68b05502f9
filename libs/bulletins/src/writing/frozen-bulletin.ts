import {
  compile,
  type Composed,
  type ComposerPicture,
  type EmailFrame,
  type EnvelopeWindow,
  type Frame,
  type LetterFrame,
} from '@carers/composer';
import type { Channel, Format, Purpose } from '@carers/information-service';
import type { LocalDate } from '@carers/kernel';
import type { Translations, Views } from '@carers/pages';
import type { Edition } from './bulletin-version.entity.js';
import type { Bulletin } from './bulletin.entity.js';
import type { FrozenContent, FrozenVersion } from './frozen-content.js';

/** The text somebody gets: in their language and form where there is one, else the nearest. */
export interface BulletinCopy {
  composed: Composed;
  locale: string;
  edition: Edition;
}

interface Making {
  translations: Translations;
  views: Views;
}

const fallbackLocale = 'en-GB';

/** A bulletin's words, fixed. Texts and frames are made once each: keep this object as long as copies are made. */
export class FrozenBulletin {
  readonly id: string;
  readonly carersServiceId: string;
  readonly purpose: Purpose;
  readonly title: string;
  readonly slug: string;
  private readonly copies = new Map<FrozenVersion, BulletinCopy>();
  private readonly frames = new Map<string, Frame>();

  constructor(
    bulletin: Pick<Bulletin, 'id' | 'carersServiceId' | 'purpose' | 'title' | 'slug'>,
    readonly content: FrozenContent,
    private readonly pictures: readonly ComposerPicture[],
    readonly pageUrl: string,
    private readonly making: Making,
  ) {
    this.id = bulletin.id;
    this.carersServiceId = bulletin.carersServiceId;
    this.purpose = bulletin.purpose;
    this.title = bulletin.title;
    this.slug = bulletin.slug;
  }

  /** The text for somebody. @throws CompositionFaults when it was never checked */
  copyFor(person: { locale: string; format: Format }): BulletinCopy {
    return this.copyOf(this.versionFor(person.locale, person.format));
  }

  /** Every version's text, the fallback first. @throws CompositionFaults */
  compileAll(): BulletinCopy[] {
    return this.content.versions.map((version) => this.copyOf(version));
  }

  /** The frame of e-mails in a copy's language; the same object each time. */
  emailFrame(locale: string): EmailFrame {
    const { views } = this.making;
    return this.frame(`email ${locale}`, () => ({ ...this.common(locale, 'email'), views })) as EmailFrame;
  }

  /** The frame of text messages. */
  textFrame(locale: string): Frame {
    return this.frame(`text ${locale}`, () => this.common(locale, 'text'));
  }

  /** The frame of letters with a date at their head. */
  letterFrame(locale: string, { date, window }: { date: LocalDate; window: EnvelopeWindow }): LetterFrame {
    return this.frame(`post ${locale} ${date} ${window}`, () => ({
      ...this.common(locale, 'post'),
      date,
      window,
    })) as LetterFrame;
  }

  private frame(key: string, make: () => Frame): Frame {
    let frame = this.frames.get(key);
    if (!frame) this.frames.set(key, (frame = make()));
    return frame;
  }

  private common(locale: string, channel: Channel): Frame {
    const words = this.making.translations.in(locale);
    const { brand, service, publicUrl } = this.content;
    const why = words.t(`bulletins:why.${this.purpose}.${channel}`, { service: service.name });
    return { brand, words, service, why, publicUrl };
  }

  /** Their language, else its plain form, else English, else what there is; Easy Read where it was asked for and written. */
  private versionFor(locale: string, format: Format): FrozenVersion {
    const { versions } = this.content;
    const wanted: Edition = format === 'easy_read' ? 'easy_read' : 'standard';
    for (const edition of wanted === 'easy_read' ? (['easy_read', 'standard'] as const) : (['standard'] as const)) {
      const those = versions.filter((version) => version.edition === edition);
      const language = locale.split('-')[0];
      const found =
        those.find((version) => version.locale === locale) ??
        those.find((version) => version.locale.split('-')[0] === language);
      if (found) return found;
    }
    const standard = versions.filter(({ edition }) => edition === 'standard');
    return standard.find((version) => version.locale === fallbackLocale) ?? standard[0] ?? versions[0]!;
  }

  private copyOf(version: FrozenVersion): BulletinCopy {
    let copy = this.copies.get(version);
    if (!copy) {
      const composed = compile({
        id: this.id,
        writtenAt: new Date(version.writtenAt),
        title: version.title,
        markdown: version.markdown,
        shortText: version.shortText,
        locale: version.locale,
        pictures: this.pictures,
        offers: this.content.offers,
        publicUrl: this.content.publicUrl,
        pageUrl: this.pageUrl,
      });
      this.copies.set(version, (copy = { composed, locale: version.locale, edition: version.edition }));
    }
    return copy;
  }
}
