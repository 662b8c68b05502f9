import { For, Who } from '@carers/access';
import {
  errorsOf,
  type FormValues,
  page,
  type PageModel,
  type PageResult,
  redirect,
  type RedirectResult,
} from '@carers/pages';
import { Body, Controller, Get, Injectable, Post, Param } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Arrangements } from '../arrangements.js';
import { storeField, StoreNumbers } from '../store-numbers.js';
import { ownerSide, type Side, staffSide } from './whose-business.js';

/** What a chain calls its places in its own files. */
@Injectable()
abstract class StoreNumberPages {
  protected abstract readonly side: Side;

  constructor(
    private readonly arrangements: Arrangements,
    private readonly numbers: StoreNumbers,
  ) {}

  @Get()
  async show(@Who() who: Who, @Param('business') given: string): Promise<PageResult> {
    return this.form(this.side.business(who, given), {});
  }

  @Post()
  async save(
    @Who() who: Who,
    @Param('business') given: string,
    @Body() body: FormValues,
  ): Promise<PageResult | RedirectResult> {
    const id = this.side.business(who, given);
    await this.arrangements.chain(id);
    const stores = await this.numbers.of(id);
    const typed = new Map(
      stores.flatMap(({ branchId }) => {
        const value = body[storeField(branchId)];
        return typeof value === 'string' ? [[branchId, value] as const] : [];
      }),
    );
    try {
      await this.numbers.set(id, typed, this.side.actor(who));
    } catch (problem) {
      const errors = errorsOf(problem);
      if (!errors) throw problem;
      const form = Object.fromEntries([...typed].map(([branchId, value]) => [storeField(branchId), value]));
      return this.form(id, { form, errors });
    }
    return redirect(`${this.side.base(id)}/settlements`, 303, { notice: 'chains:stores.saved' });
  }

  private async form(id: string, model: PageModel): Promise<PageResult> {
    const business = await this.arrangements.chain(id);
    const stores = await this.numbers.of(id);
    return page('chains/owner/stores', {
      form: Object.fromEntries(stores.map(({ branchId, reference }) => [storeField(branchId), reference])),
      ...model,
      business: business.name,
      base: this.side.base(id),
      stores: stores.map(({ branchId, name, town }) => ({ field: storeField(branchId), name, town })),
    });
  }
}

@ApiExcludeController()
@Controller('business/:business/store-numbers')
@For('business_owner')
export class OwnerStoreNumberPages extends StoreNumberPages {
  protected readonly side = ownerSide;

  constructor(arrangements: Arrangements, numbers: StoreNumbers) {
    super(arrangements, numbers);
  }
}

@ApiExcludeController()
@Controller('staff/chains/:business/store-numbers')
@For('registrar', 'administrator')
export class StaffStoreNumberPages extends StoreNumberPages {
  protected readonly side = staffSide;

  constructor(arrangements: Arrangements, numbers: StoreNumbers) {
    super(arrangements, numbers);
  }
}
