import { Database } from '@carers/database';
import { Subscriber } from '@carers/information-service';
import { type FoundWords, MessageWords, type OutgoingMessage } from '@carers/messages';
import { BrandSource, Translations, Views } from '@carers/pages';
import { SchemeService } from '@carers/places';
import { Settings } from '@carers/settings';
import { Injectable, Logger } from '@nestjs/common';
import { type AutomaticMessage, messageOf } from '../catalogue.js';
import { personOf } from '../merge-values.js';
import { composed, type Written } from './composing.js';
import { programWords } from './program-words.js';
import { rendered } from './rendering.js';
import { Versions } from './versions.js';

/** The words of automatic messages at the moment of sending: those that staff wrote, or the program's own. */
@Injectable()
export class EditedWords implements MessageWords {
  private readonly logger = new Logger('automatic-messages');

  constructor(
    private readonly database: Database,
    private readonly versions: Versions,
    private readonly schemes: SchemeService,
    private readonly translations: Translations,
    private readonly views: Views,
    private readonly brands: BrandSource,
    private readonly settings: Settings,
  ) {}

  async find(sent: OutgoingMessage, model: Readonly<Record<string, unknown>>): Promise<FoundWords | 'off' | null> {
    const message = messageOf(sent.template);
    if (!message) return null;
    const serviceId = message.audience === 'subscriber' ? await this.serviceOf(sent) : null;
    if (message.maySwitchOff && !(await this.versions.isOn(message.key, serviceId))) return 'off';
    if (!message.mayEdit) return null;
    const version = await this.versions.inForce(message.key, serviceId, sent.locale);
    if (version) {
      const { title, markdown, shortText, locale, savedAt } = version;
      try {
        const text = { title: title!, markdown: markdown!, shortText, locale, savedAt };
        return { ...(await this.made(message, text, sent, model, serviceId)), versionId: version.id };
      } catch (error) {
        // Saved under an older program that knew other fields: the message matters more than its words.
        this.logger.error(`Version ${version.id} of ${message.key} cannot be used: ${String(error)}`);
      }
    }
    if (message.hasTemplate) return null;
    const words = this.translations.in(sent.locale);
    const text = { ...programWords(message, words), locale: sent.locale, savedAt: sent.createdAt };
    return { ...(await this.made(message, text, sent, model, serviceId)), versionId: null };
  }

  private async made(
    message: AutomaticMessage,
    text: Written,
    { channel }: Pick<OutgoingMessage, 'channel'>,
    model: Readonly<Record<string, unknown>>,
    serviceId: string | null,
  ) {
    const { publicUrl } = this.settings;
    const [scheme, brand] = await Promise.all([this.schemes.current(), this.brands.current()]);
    const words = this.translations.in(text.locale);
    const person = personOf(message, model, { words, scheme, publicUrl });
    const service = scheme.carersServices.find(({ id }) => id === serviceId) ?? null;
    const around = { views: this.views, brand, words, publicUrl, service };
    return rendered(composed(message, text, publicUrl), person, channel, around);
  }

  private async serviceOf({ aboutKind, aboutId }: OutgoingMessage): Promise<string | null> {
    if (aboutKind !== 'subscriber' || aboutId === null) return null;
    const subscriber = await this.database.reader.findOneBy(Subscriber, { id: aboutId });
    return subscriber?.carersServiceId ?? null;
  }
}
