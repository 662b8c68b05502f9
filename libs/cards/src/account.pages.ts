import { SignedIn, Who } from '@carers/access';
import { errorsOf, page, type PageModel, readForm, redirect } from '@carers/pages';
import { SchemeService } from '@carers/places';
import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { AccountLinks } from './account-links.js';
import { CardFace } from './card-face.js';
import { Cardholders, type Held } from './cardholders.js';
import { contactForm, formOf } from './cards.forms.js';
import { mobileAsSaid } from './cards.presenter.js';
import { CardholderNotFound } from './cards.problems.js';

/** A carer's own pages: the card in short, where else to go, and what the scheme holds about them. */
@SignedIn()
@ApiExcludeController()
@Controller('account')
export class AccountPages {
  constructor(
    private readonly cardholders: Cardholders,
    private readonly face: CardFace,
    private readonly links: AccountLinks,
    private readonly scheme: SchemeService,
  ) {}

  @Get()
  async home(@Who() who: Who) {
    const held = await this.cardholders.ofAccount(who.accountId);
    const several = held.length > 1;
    const cards = await Promise.all(
      held.map((each) => this.face.view(each, several ? `/account/cards/${each.cardholder.id}` : '/account/card')),
    );
    return page('cards/account', { name: who.name, cards, links: await this.links.for(who) });
  }

  @Get('details')
  async details(@Who() who: Who) {
    const held = await this.cardholders.ofAccount(who.accountId);
    const regions = await this.scheme.regions();
    const people = held.map(({ cardholder, card }) => ({
      ...cardholder,
      card,
      mobile: mobileAsSaid(cardholder.mobile),
      addressLines: cardholder.address?.split('\n') ?? [],
      region: regions.find(({ id }) => id === cardholder.regionId)?.name ?? '',
      roleKeys: cardholder.caringRoles.map((role) => `cards:role.${role}`),
    }));
    return page('cards/details', { people, name: who.name });
  }

  @Get('details/:holder/change')
  async change(@Who() who: Who, @Param('holder') holder: string) {
    const held = await this.held(who, holder);
    return this.changePage(held, { form: formOf(held.cardholder) });
  }

  @Post('details/:holder/change')
  async save(@Who() who: Who, @Param('holder') holder: string, @Body() body: unknown) {
    const held = await this.held(who, holder);
    const { value, errors, form } = await readForm(contactForm, body);
    if (errors) return this.changePage(held, { form, errors });
    try {
      await this.cardholders.correct(held.cardholder.id, value, who.actor('carer'));
    } catch (problem) {
      const found = errorsOf(problem);
      if (!found) throw problem;
      return this.changePage(held, { form, errors: found });
    }
    return redirect('/account/details', 303, { notice: 'cards:details.saved' });
  }

  private changePage({ cardholder }: Held, model: PageModel) {
    return page('cards/change-details', { ...model, firstName: cardholder.firstName });
  }

  private async held(who: Who, holder: string): Promise<Held> {
    const all = await this.cardholders.ofAccount(who.accountId);
    const held = all.find(({ cardholder }) => cardholder.id === holder);
    if (!held) throw new CardholderNotFound();
    return held;
  }
}
