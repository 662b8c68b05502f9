import { For, Who } from '@carers/access';
import { Cardholders, type Held } from '@carers/cards';
import { Clock } from '@carers/kernel';
import { errorsOf, page, type PageModel, redirect } from '@carers/pages';
import { Body, Controller, Get, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { lookedAfterKinds } from '../answers.js';
import { Intake } from '../intake.js';
import { answersOf, formOf, readRenewal, RenewalForStaff } from './renewal.form.js';
import { Renewals } from './renewals.js';

/** "I am still caring", said on the telephone or on the slip of a letter, and typed in by staff. */
@For('registrar', 'administrator')
@ApiExcludeController()
@Controller('staff/applications/renew/:holder')
export class StaffRenewalPages {
  constructor(
    private readonly cardholders: Cardholders,
    private readonly renewals: Renewals,
    private readonly intake: Intake,
    private readonly clock: Clock,
  ) {}

  @Get()
  async show(@Param('holder', ParseUUIDPipe) holder: string, @Who() who: Who) {
    const held = await this.cardholders.find(holder);
    await this.cardholders.noteRead(holder, who.actor('registrar'), null);
    const { open } = await this.renewals.stateOf(held.card);
    if (open) return redirect(`/staff/applications/${open.id}`);
    return this.form(held, {});
  }

  @Post()
  async ask(@Param('holder', ParseUUIDPipe) holder: string, @Body() body: unknown, @Who() who: Who) {
    const held = await this.cardholders.find(holder);
    const read = await readRenewal(RenewalForStaff, body);
    if (read.errors) return this.form(held, read);
    const { card, until, how, onSayOf } = read.value;
    const { policy } = await this.intake.context();
    try {
      const said = await answersOf(read.value, this.intake, policy.eligibility.caresForSomeoneHere);
      const application = await this.renewals.ask(
        {
          cardholderId: holder,
          card: { id: card, validUntil: until },
          source: 'paper',
          byLink: false,
          paper: { how, onSayOf, signedOn: this.clock.today() },
          actor: who.actor('registrar'),
        },
        said,
      );
      if (!application) return redirect(`/staff/cards/${holder}`, 303, { notice: 'cards:staff.changed-meanwhile' });
      return redirect(`/staff/applications/${application.id}`, 303, {
        notice: application.state === 'approved' ? 'applications:staff.renewed' : 'applications:staff.paper.taken',
      });
    } catch (problem) {
      const errors = errorsOf(problem);
      if (!errors) throw problem;
      return this.form(held, { form: read.form, errors });
    }
  }

  private form({ cardholder, card }: Held, shown: PageModel) {
    return page('applications/staff/renew', {
      form: { ...formOf(cardholder), how: 'phone' },
      ...shown,
      holder: cardholder.id,
      name: `${cardholder.firstName} ${cardholder.lastName}`,
      card: { id: card.id, until: card.validUntil },
      address: [...(cardholder.address?.split('\n') ?? []), cardholder.postcode].join(', '),
      lookedAfterKinds,
    });
  }
}
