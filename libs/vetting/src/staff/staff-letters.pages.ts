import { For, Who } from '@carers/access';
import { Database } from '@carers/database';
import { page, type PageModel, type PageResult, readForm, redirect } from '@carers/pages';
import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { CaseAccess, officer } from './case-access.js';
import { Letters } from './letters.js';
import { letterForm } from './staff.forms.js';
import { chosenLetters } from './vetting-letter.entity.js';

/** Letters and mails: chosen, the free part written, looked at, sent. */
@For('vetting_officer', 'administrator')
@ApiExcludeController()
@Controller('staff/vetting/:id/letters')
export class StaffLettersPages {
  constructor(
    private readonly access: CaseAccess,
    private readonly letters: Letters,
    private readonly database: Database,
  ) {}

  @Get('new')
  async write(@Who() who: Who, @Param('id') id: string, @Query('kind') kind?: string): Promise<PageResult> {
    return this.letterPage(who, id, { form: { kind: chosenLetters.find((each) => each === kind), channel: 'email' } });
  }

  /** Shows what will be sent, with a button that sends just that. */
  @Post('preview')
  async preview(@Who() who: Who, @Param('id') id: string, @Body() body: unknown): Promise<PageResult> {
    officer(who);
    const found = await this.access.open(who, id);
    const read = await readForm(letterForm, body);
    if (read.errors) return this.letterPage(who, id, read);
    const { subject, text } = await this.letters.preview(found, read.value);
    return this.letterPage(who, id, { form: read.form, preview: { subject, text, ...read.value } });
  }

  @Post('new')
  async send(@Who() who: Who, @Param('id') id: string, @Body() body: unknown) {
    const actor = officer(who);
    const found = await this.access.open(who, id);
    const read = await readForm(letterForm, body);
    if (read.errors) return this.letterPage(who, id, read);
    if (read.value.channel === 'letter' && !(await this.letters.postalAddress(found.businessId))) {
      const errors = [{ field: 'channel', message: 'vetting:errors.no-address' }];
      return this.letterPage(who, id, { form: read.form, errors });
    }
    await this.database.transaction((tx) => this.letters.send(tx, found, read.value, actor));
    return redirect(`/staff/vetting/${id}#letters`, 303, { notice: 'vetting:staff.notice.letter-sent' });
  }

  private async letterPage(who: Who, id: string, model: PageModel): Promise<PageResult> {
    const found = await this.access.open(who, id);
    return page('vetting/staff/letter', {
      preview: null,
      ...model,
      base: `/staff/vetting/${found.id}`,
      kinds: chosenLetters.map((value) => ({ value, label: `vetting:letters.${value}.title` })),
    });
  }
}
