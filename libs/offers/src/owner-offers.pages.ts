import { For, Who } from '@carers/access';
import { Branches, Businesses, ownedBusiness } from '@carers/businesses';
import { Database } from '@carers/database';
import { Clock, isUuid } from '@carers/kernel';
import {
  errorsOf,
  type FormValues,
  page,
  type PageModel,
  type PageResult,
  readForm,
  redirect,
  type RedirectResult,
} from '@carers/pages';
import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { OfferContent } from './offer.entity.js';
import { OfferForm, offerFormOf } from './offer-form.js';
import { ownerView } from './offer-views.js';
import { OfferWording } from './offer-wording.js';
import { Offers, versionOf } from './offers.js';
import { OfferChangedMeanwhile, OfferNotFound } from './offers.problems.js';

/** What can be done to an offer with one button. */
const buttons = ['submit', 'pause', 'resume', 'withdraw', 'confirm'] as const;
type Button = (typeof buttons)[number];

/** The offers of a business, as its owner sees and changes them. */
@ApiExcludeController()
@Controller('business/:business/offers')
@For('business_owner')
export class OwnerOffersPages {
  constructor(
    private readonly offers: Offers,
    private readonly businesses: Businesses,
    private readonly branches: Branches,
    private readonly wording: OfferWording,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  @Get()
  async list(@Who() who: Who, @Param('business') given: string): Promise<PageResult> {
    const id = ownedBusiness(who, given);
    const [business, offers] = await Promise.all([this.businesses.get(id), this.offers.allOf(id)]);
    return page('offers/owner-list', { business: { id, name: business.name }, offers: offers.map(ownerView) });
  }

  @Get('new')
  async blank(@Who() who: Who, @Param('business') given: string): Promise<PageResult> {
    return this.formPage(ownedBusiness(who, given), null, {
      form: { where: 'all', who: 'carer', how: 'in_person', atHome: 'yes' },
    });
  }

  @Post('new')
  async make(
    @Who() who: Who,
    @Param('business') given: string,
    @Body() body: FormValues,
  ): Promise<PageResult | RedirectResult> {
    const id = ownedBusiness(who, given);
    return this.save(id, null, body, async (content) => {
      await this.database.transaction(async (tx) => {
        const offer = await this.offers.draft(tx, id, content, who.actor('business_owner'));
        await this.offers.submit(tx, offer.id, who.actor('business_owner'));
      });
      return 'offers:owner.sent';
    });
  }

  @Get(':offer')
  async edit(@Who() who: Who, @Param('business') given: string, @Param('offer') offerId: string): Promise<PageResult> {
    const offer = await this.own(ownedBusiness(who, given), offerId);
    const content = offer.proposed ?? { subject: offer.subject, terms: offer.terms, atHome: offer.atHome };
    return this.formPage(offer.businessId, offer.id, {
      form: { ...offerFormOf(content), seen: versionOf(offer) },
      offer: ownerView(offer),
    });
  }

  @Post(':offer')
  async change(
    @Who() who: Who,
    @Param('business') given: string,
    @Param('offer') offerId: string,
    @Body() body: FormValues,
  ): Promise<PageResult | RedirectResult> {
    const offer = await this.own(ownedBusiness(who, given), offerId);
    return this.save(offer.businessId, offer.id, body, async (content) => {
      const actor = who.actor('business_owner');
      const seen = typeof body['seen'] === 'string' ? body['seen'] : undefined;
      const changed = await this.offers.edit(offer.id, content, actor, seen);
      return changed.proposed ? 'offers:owner.change-sent' : 'offers:owner.saved';
    });
  }

  @Post(':offer/:button')
  async press(
    @Who() who: Who,
    @Param('business') given: string,
    @Param('offer') offerId: string,
    @Param('button') button: string,
  ): Promise<RedirectResult> {
    const offer = await this.own(ownedBusiness(who, given), offerId);
    if (!buttons.includes(button as Button)) throw new OfferNotFound();
    const actor = who.actor('business_owner');
    if (button === 'submit') await this.database.transaction((tx) => this.offers.submit(tx, offer.id, actor));
    else await this.offers[button as Exclude<Button, 'submit'>](offer.id, actor);
    return redirect(`/business/${offer.businessId}/offers`, 303, { notice: `offers:owner.done.${button}` });
  }

  private async own(businessId: string, offerId: string) {
    if (!isUuid(offerId)) throw new OfferNotFound();
    return this.offers.ofBusiness(businessId, offerId);
  }

  /** Shows what carers will see when that was asked for; else saves, and gives back what is wrong at its boxes. */
  private async save(
    businessId: string,
    offerId: string | null,
    body: FormValues,
    keep: (content: OfferContent) => Promise<string>,
  ): Promise<PageResult | RedirectResult> {
    const read = await readForm(OfferForm, body);
    if (read.errors) return this.formPage(businessId, offerId, read);
    const { endsOn } = read.value.terms;
    if (endsOn && endsOn < this.clock.today()) {
      const errors = [{ field: 'endsOn', message: 'offers:errors.past', params: {} }];
      return this.formPage(businessId, offerId, { form: read.form, errors });
    }
    if (body['action'] === 'preview') return this.formPage(businessId, offerId, { form: read.form }, read.value);
    try {
      const notice = await keep(read.value);
      return redirect(`/business/${businessId}/offers`, 303, { notice });
    } catch (problem) {
      if (problem instanceof OfferChangedMeanwhile && offerId) return this.changedMeanwhile(offerId, read.form);
      const errors = errorsOf(problem);
      if (!errors) throw problem;
      return this.formPage(businessId, offerId, { form: read.form, errors });
    }
  }

  /** A colleague was quicker: what they made of it is told, and sending again replaces it knowingly. */
  private async changedMeanwhile(offerId: string, form: FormValues): Promise<PageResult> {
    const offer = await this.offers.get(offerId);
    const { sentence } = this.wording.of(offer.proposed ?? offer);
    const errors = [{ field: '', message: 'offers:errors.changed-meanwhile', params: { sentence } }];
    return this.formPage(offer.businessId, offerId, { form: { ...form, seen: versionOf(offer) }, errors });
  }

  private async formPage(
    businessId: string,
    offerId: string | null,
    model: PageModel,
    preview?: OfferContent,
  ): Promise<PageResult> {
    const [business, branches] = await Promise.all([this.businesses.get(businessId), this.branches.of(businessId)]);
    const text = preview && this.wording.of(preview);
    return page('offers/owner-form', {
      ...model,
      business: { id: businessId, name: business.name },
      worksInHomes: business.worksInHomes,
      heading: offerId ? 'edit-title' : 'new',
      branches: branches.length > 1 ? branches.map(({ id, name }) => ({ value: id, text: name })) : [],
      preview: text && {
        ...text,
        who: business.name,
        conditions: text.conditions.slice(0, 3).join(' '),
        tills: this.wording.tills(preview),
      },
    });
  }
}
