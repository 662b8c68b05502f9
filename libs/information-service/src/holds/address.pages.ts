import { For, readContact, StaffSections, Who } from '@carers/access';
import { Database } from '@carers/database';
import { line } from '@carers/kernel';
import { page, type PageModel, type PageResult, readForm, redirect, type RedirectResult } from '@carers/pages';
import { type Addressee, Suppressions } from '@carers/suppression';
import { Body, Controller, Get, HttpCode, type OnModuleInit, Post } from '@nestjs/common';
import { z } from 'zod';

const path = '/staff/addresses';
const words = 'information-service:addresses';
const typed = z
  .string({ error: `${words}.missing` })
  .trim()
  .min(1, `${words}.missing`)
  .max(400, `${words}.too-long`);
const lookForm = z.object({ address: typed });
const liftForm = z.object({
  address: typed,
  why: line({ max: 300, missing: 'information-service:situation.why-missing' }),
});

/**
 * Any address that takes nothing, of a carer, a business or staff: why, and letting it be used again. Addresses are
 * posted, never part of an address of a page. What holds one person back is lifted on that person's page.
 */
@Controller(path.slice(1))
@For('registrar', 'administrator')
export class AddressPages implements OnModuleInit {
  constructor(
    private readonly suppressions: Suppressions,
    private readonly database: Database,
    private readonly sections: StaffSections,
  ) {}

  onModuleInit(): void {
    this.sections.add({ roles: ['registrar', 'administrator'], href: path, titleKey: `${words}.section` });
  }

  @Get()
  ask(): PageResult {
    return page('information-service/staff/addresses', {});
  }

  @Post()
  @HttpCode(200)
  async look(@Body() body: unknown): Promise<PageResult> {
    const read = await readForm(lookForm, body);
    if (read.errors) return page('information-service/staff/addresses', read);
    return this.found(read.value.address, { form: read.form });
  }

  @Post('release')
  async release(@Who() who: Who, @Body() body: unknown): Promise<PageResult | RedirectResult> {
    const read = await readForm(liftForm, body);
    if (read.errors) return this.found(typeof read.form['address'] === 'string' ? read.form['address'] : '', read);
    const { address, why } = read.value;
    const to = addresseeOf(address);
    await this.database.transaction(async (tx) => {
      const rows = await this.suppressions.of(tx, to);
      for (const { reason } of rows) await this.suppressions.lift(tx, { ...to, reason }, who.actor(), why);
    });
    return redirect(path, 303, { notice: `${words}.released` });
  }

  private async found(address: string, model: PageModel): Promise<PageResult> {
    const rows = await this.suppressions.of(this.database.reader, addresseeOf(address));
    return page('information-service/staff/addresses', {
      looked: true,
      whys: rows.map(({ reason, since }) => ({ key: `information-service:situation.blocked.${reason}`, since })),
      ...model,
    });
  }
}

/** An e-mail address, a mobile number, or else the lines of an address. */
function addresseeOf(text: string): Addressee {
  const contact = text.includes('\n') ? null : readContact(text);
  return contact ?? { channel: 'post', address: text.replaceAll('\r', '') };
}
