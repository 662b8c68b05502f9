import { samplePerson, type SamplePerson } from '@carers/bulletins';
import type { MergePerson } from '@carers/composer';
import type { Channel } from '@carers/messages';
import { BrandSource, Translations, Views, type Words } from '@carers/pages';
import { SchemeService } from '@carers/places';
import { addDays, Clock } from '@carers/kernel';
import { Settings } from '@carers/settings';
import { Injectable } from '@nestjs/common';
import type { AutomaticMessage } from '../catalogue.js';
import { personOf } from '../merge-values.js';
import { composed, type Written } from './composing.js';
import { programWords } from './program-words.js';
import { rendered } from './rendering.js';
import { type Owner, Versions } from './versions.js';

/** Words that are about to be looked at: those of a version, or the program's. */
export interface Standing extends Written {
  /** Null for the program's own. */
  versionId: string | null;
}

export interface Copy {
  subject: string;
  text: string;
  html: string | null;
}

/** Copies of a message for made-up people: to look at, or for whoever writes. Nobody else gets one. */
@Injectable()
export class SampleCopies {
  constructor(
    private readonly versions: Versions,
    private readonly schemes: SchemeService,
    private readonly translations: Translations,
    private readonly views: Views,
    private readonly brands: BrandSource,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /** The words that an owner's people get in a language today. */
  async standing(message: AutomaticMessage, owner: Owner, locale: string): Promise<Standing> {
    const version = await this.versions.inForce(message.key, owner, locale);
    if (version?.markdown) {
      const { id, title, markdown, shortText, savedAt } = version;
      return { versionId: id, title: title!, markdown, shortText, savedAt, locale: version.locale };
    }
    const words = programWords(message, this.translations.in(locale));
    return { ...words, versionId: null, locale, savedAt: this.clock.now() };
  }

  /**
   * A copy of what is in force.
   * @throws CompositionFaults where a version of an older program names what the message does not know any more
   */
  async inForce(message: AutomaticMessage, owner: Owner, locale: string, who: SamplePerson, channel: Channel) {
    const standing = await this.standing(message, owner, locale);
    if (standing.versionId !== null || !message.hasTemplate) return this.of(message, owner, standing, who, channel);
    const { model } = await this.model(message, owner, who);
    const context = { locale, brand: await this.brands.current() };
    const template = message.key.replace('/', '/messages/');
    if (channel === 'text')
      return { subject: '', text: this.views.plainText(`${template}-text`, model, context), html: null };
    return this.views.email(template, { ...model, letter: channel === 'post' }, context);
  }

  /** A copy of words that may not be saved yet. @throws CompositionFaults */
  async of(message: AutomaticMessage, owner: Owner, text: Written, who: SamplePerson, channel: Channel): Promise<Copy> {
    const { publicUrl } = this.settings;
    const words = this.translations.in(text.locale);
    const { model, service } = await this.model(message, owner, who, words);
    const [scheme, brand] = await Promise.all([this.schemes.current(), this.brands.current()]);
    const person: MergePerson = personOf(message, model, { words, scheme, publicUrl });
    const around = { views: this.views, brand, words, publicUrl, service };
    return rendered(composed(message, text, publicUrl), person, channel, around);
  }

  private async model(
    message: AutomaticMessage,
    owner: Owner,
    who: SamplePerson,
    words: Words = this.translations.in(this.settings.defaultLocale),
  ) {
    const { publicUrl } = this.settings;
    const { carersServices } = await this.schemes.current();
    const service = carersServices.find(({ id }) => id === owner) ?? carersServices[0]!;
    const person = samplePerson(who, ['en-GB'], publicUrl);
    const model = {
      firstName: person.firstName,
      name: person.name,
      service,
      address: [...service.address],
      chosen: [{ purpose: 'carers_information', channels: ['email'] }],
      link: person.preferenceUrl,
      card: `${publicUrl}/my-card/${'example'.repeat(7).slice(0, 43)}`,
      until: addDays(this.clock.today(), 56),
      business: words.t('automatic-messages:samples.business'),
      title: words.t('automatic-messages:samples.offer'),
      sentence: words.t('automatic-messages:samples.sentence'),
      path: '/business',
    };
    return { model, service: message.audience === 'subscriber' ? service : null };
  }
}
