import { Public } from '@carers/access';
import { Database } from '@carers/database';
import { NoCsrf, page, type PageResult } from '@carers/pages';
import { Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { InformationService } from '../information-service.js';
import { PreferenceLinkNotUsable } from '../information-service.problems.js';
import { PreferenceLinks } from './preference-links.js';
import { serviceView } from './preference.presenter.js';
import type { Subscriber } from '../subscriber.entity.js';
import { SubscriberFiles } from '../list/subscriber-files.js';

/**
 * The address of the List-Unsubscribe header (RFC 8058). A mail program POSTs to it without cookies and follows no
 * redirection; what it sends in the body does not matter, since the address alone says who and what. A GET, as scanners
 * of links make it, changes nothing and shows a button.
 */
@Controller('preferences/:token/unsubscribe')
@Public()
@NoCsrf()
export class UnsubscribePages {
  constructor(
    private readonly links: PreferenceLinks,
    private readonly files: SubscriberFiles,
    private readonly service: InformationService,
    private readonly database: Database,
  ) {}

  @Get()
  async ask(@Param('token') token: string): Promise<PageResult> {
    const { service } = await this.files.of(await this.opened(token));
    return page('information-service/unsubscribe', { token, service: serviceView(service) });
  }

  /** Stops every e-mail of the carers service, for either purpose. Again changes nothing. */
  @Post()
  @HttpCode(200)
  async stop(@Param('token') token: string): Promise<PageResult> {
    const subscriber = await this.opened(token);
    const actor = { kind: 'link', id: subscriber.id } as const;
    await this.database.transaction((tx) =>
      this.service.withdraw(tx, subscriber.id, { channel: 'email' }, 'link', actor),
    );
    const { service } = await this.files.of(subscriber);
    return page('information-service/unsubscribed', { token, service: serviceView(service) });
  }

  private async opened(token: string): Promise<Subscriber> {
    const subscriber = await this.links.open(token);
    if (!subscriber) throw new PreferenceLinkNotUsable();
    return subscriber;
  }
}
