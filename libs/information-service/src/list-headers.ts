import type { CarersServiceContact } from '@carers/places';
import { Settings } from '@carers/settings';
import { Injectable } from '@nestjs/common';
import { PreferenceLinks } from './preferences/preference-links.js';
import type { Subscriber } from './subscriber.entity.js';

/** Headers that let a mail program name the list (RFC 2919) and stop it with one click (RFC 2369, RFC 8058). */
@Injectable()
export class ListHeaders {
  constructor(
    private readonly links: PreferenceLinks,
    private readonly settings: Settings,
  ) {}

  for(
    subscriber: Pick<Subscriber, 'id' | 'linkVersion'>,
    service: Pick<CarersServiceContact, 'slug'>,
  ): Record<string, string> {
    const domain = this.settings.mailFrom.split('@').at(-1)!.replace(/>$/, '');
    return {
      'List-Id': `<${service.slug}.carers-information.${domain}>`,
      'List-Unsubscribe': `<${this.links.urlFor(subscriber)}/unsubscribe>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    };
  }
}
