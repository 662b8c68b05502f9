import { Public } from '@carers/access';
import { page, type PageResult } from '@carers/pages';
import { Controller, Get, Param, Post } from '@nestjs/common';
import { ContactChanges } from './contact-changes.js';

/** Behind the link in the message to a new address. Only the button changes anything: scanners of links press none. */
@Controller('preferences/confirm/:token')
@Public()
export class ContactChangePages {
  constructor(private readonly changes: ContactChanges) {}

  @Get()
  async ask(@Param('token') token: string): Promise<PageResult> {
    const { channel, confirmedAt } = await this.changes.open(token);
    return page('information-service/confirm-contact', { token, channel, done: confirmedAt !== null });
  }

  @Post()
  async confirm(@Param('token') token: string): Promise<PageResult> {
    const { channel } = await this.changes.confirm(token);
    return page('information-service/confirm-contact', { token, channel, done: true });
  }
}
