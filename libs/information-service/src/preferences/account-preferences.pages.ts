import { SignedIn, Who } from '@carers/access';
import { AccountLinks } from '@carers/cards';
import { page, type PageResult, redirect, type RedirectResult } from '@carers/pages';
import { Controller, Get, type OnModuleInit } from '@nestjs/common';
import { PreferenceLinks } from './preference-links.js';

/** The way from a carer's own page to what they get. */
@Controller('account/preferences')
@SignedIn()
export class AccountPreferencePages implements OnModuleInit {
  constructor(
    private readonly links: PreferenceLinks,
    private readonly accountLinks: AccountLinks,
  ) {}

  onModuleInit(): void {
    this.accountLinks.add({
      href: async (who) => ((await this.links.forAccount(who.accountId)).length > 0 ? '/account/preferences' : null),
      titleKey: 'information-service:account.preferences',
      order: 30,
    });
  }

  /** Straight to the page of the one person, or a choice where an account holds several cards. */
  @Get()
  async choose(@Who() who: Who): Promise<PageResult | RedirectResult> {
    const people = await this.links.forAccount(who.accountId);
    return people.length === 1
      ? redirect(people[0]!.path)
      : page('information-service/account-preferences', { people });
  }
}
