import { For, Who } from '@carers/access';
import { isUuid } from '@carers/kernel';
import { ean13Svg } from '@carers/credentials';
import { OfferNotFound } from '@carers/offers';
import {
  errorsOf,
  fileOf,
  type FormValues,
  page,
  type PageModel,
  type PageResult,
  readForm,
  redirect,
  type RedirectResult,
  TakesFile,
} from '@carers/pages';
import { Body, Controller, Get, Injectable, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Arrangements } from '../arrangements.js';
import { CodePools } from '../code-pools.js';
import { barcodeForm, uploadErrors } from './chains.forms.js';
import { arrangementView, poolReportView } from './chains.presenter.js';
import { ownerSide, type Side, staffSide } from './whose-business.js';

/** Most bytes of a file of codes: more than a hundred thousand of the longest. */
const mostBytes = 4_000_000;

/** How the tills of a chain know its offers. The same for owners and for staff who help them. */
@Injectable()
abstract class TillCodePages {
  protected abstract readonly side: Side;

  constructor(
    private readonly arrangements: Arrangements,
    private readonly pools: CodePools,
  ) {}

  @Get()
  async list(@Who() who: Who, @Param('business') given: string): Promise<PageResult> {
    const business = await this.arrangements.chain(this.side.business(who, given));
    const offers = await this.arrangements.ofBusiness(business.id);
    return page('chains/owner/offers', {
      business: { id: business.id, name: business.name },
      base: this.side.base(business.id),
      home: this.side.home(business.id),
      offers: offers.map(arrangementView),
    });
  }

  @Get(':offer')
  async show(@Who() who: Who, @Param('business') given: string, @Param('offer') offer: string): Promise<PageResult> {
    return this.offerPage(this.side.business(who, given), offer, {});
  }

  @Post(':offer/barcode')
  async barcode(
    @Who() who: Who,
    @Param('business') given: string,
    @Param('offer') offer: string,
    @Body() body: FormValues,
  ): Promise<PageResult | RedirectResult> {
    const id = this.side.business(who, given);
    const read = await readForm(barcodeForm, body);
    if (read.errors) return this.offerPage(id, offer, read);
    await this.arrangements.chain(id);
    try {
      await this.arrangements.useBarcode(id, known(offer), read.value.ean13, this.side.actor(who));
    } catch (problem) {
      const errors = errorsOf(problem);
      if (!errors) throw problem;
      return this.offerPage(id, offer, { form: read.form, errors });
    }
    return this.back(id, offer, 'chains:owner.barcode-saved');
  }

  @Post(':offer/codes')
  @TakesFile(mostBytes)
  async add(
    @Who() who: Who,
    @Param('business') given: string,
    @Param('offer') offer: string,
    @Body() body: FormValues,
  ): Promise<PageResult> {
    return this.take(who, given, offer, body, false);
  }

  @Post(':offer/codes/check')
  @TakesFile(mostBytes)
  async check(
    @Who() who: Who,
    @Param('business') given: string,
    @Param('offer') offer: string,
    @Body() body: FormValues,
  ): Promise<PageResult> {
    return this.take(who, given, offer, body, true);
  }

  private async take(who: Who, given: string, offer: string, body: FormValues, dryRun: boolean): Promise<PageResult> {
    const id = this.side.business(who, given);
    const file = fileOf(body, 'file');
    if (!file) return this.offerPage(id, offer, { errors: [{ field: 'file', message: 'chains:errors.file-missing' }] });
    try {
      const report = await this.pools.add(id, known(offer), file.bytes, this.side.actor(who), { dryRun });
      return await this.offerPage(id, offer, { report: poolReportView(report) });
    } catch (problem) {
      return this.offerPage(id, offer, { errors: uploadErrors(problem) });
    }
  }

  @Post(':offer/use')
  async use(
    @Who() who: Who,
    @Param('business') given: string,
    @Param('offer') offer: string,
    @Body() body: FormValues,
  ): Promise<RedirectResult> {
    const id = this.side.business(who, given);
    await this.arrangements.chain(id);
    const kind = body['kind'] === 'pool' ? 'pool' : 'none';
    await this.arrangements.use(id, known(offer), kind, this.side.actor(who));
    return this.back(id, offer, `chains:owner.uses-${kind}`);
  }

  @Post(':offer/clear')
  async clear(@Who() who: Who, @Param('business') given: string, @Param('offer') offer: string) {
    const id = this.side.business(who, given);
    await this.arrangements.chain(id);
    await this.pools.clear(id, known(offer), this.side.actor(who));
    return this.back(id, offer, 'chains:owner.cleared');
  }

  private back(id: string, offer: string, notice: string): RedirectResult {
    return redirect(`${this.side.base(id)}/till-codes/${offer}`, 303, { notice });
  }

  private async offerPage(id: string, offerId: string, model: PageModel): Promise<PageResult> {
    const business = await this.arrangements.chain(id);
    const arranged = await this.arrangements.ofOffer(id, known(offerId));
    const view = arrangementView(arranged);
    return page('chains/owner/offer', {
      form: { ean13: arranged.ean13 ?? '' },
      ...model,
      business: { id, name: business.name },
      base: this.side.base(id),
      offer: { ...view, barcode: arranged.ean13 ? ean13Svg(arranged.ean13) : null },
    });
  }
}

/** @throws OfferNotFound for what cannot be an id */
function known(offerId: string): string {
  if (!isUuid(offerId)) throw new OfferNotFound();
  return offerId.toLowerCase();
}

@ApiExcludeController()
@Controller('business/:business/till-codes')
@For('business_owner')
export class OwnerTillCodePages extends TillCodePages {
  protected readonly side = ownerSide;

  constructor(arrangements: Arrangements, pools: CodePools) {
    super(arrangements, pools);
  }
}

@ApiExcludeController()
@Controller('staff/chains/:business/till-codes')
@For('registrar', 'administrator')
export class StaffTillCodePages extends TillCodePages {
  protected readonly side = staffSide;

  constructor(arrangements: Arrangements, pools: CodePools) {
    super(arrangements, pools);
  }
}
