import { page, Public } from '@carers/pages';
import { Settings } from '@carers/settings';
import { Controller, Get, Header, NotFoundException, Param } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Outbox } from './outbox.js';

/** What would have been sent. Only outside production and without SMTP, so that a newcomer can sign in. */
@Public()
@ApiExcludeController()
@Controller('dev')
export class OutboxPages {
  constructor(
    private readonly outbox: Outbox,
    private readonly settings: Settings,
  ) {}

  @Get('outbox')
  async list() {
    this.onlyInTheDemo();
    return page('messages/outbox', { messages: await this.outbox.newest() });
  }

  @Get('outbox.json')
  @Header('Cache-Control', 'no-store')
  async json() {
    this.onlyInTheDemo();
    return this.outbox.newest();
  }

  @Get('outbox/:id')
  async one(@Param('id') id: string) {
    this.onlyInTheDemo();
    const message = (await this.outbox.newest(1000)).find((candidate) => candidate.id === id);
    if (!message) throw new NotFoundException();
    return page('messages/outbox-message', { message, lines: linked(message.text) });
  }

  private onlyInTheDemo(): void {
    if (this.settings.production || this.settings.smtpUrl) throw new NotFoundException();
  }
}

/** The text cut into words and links, so that the page can make the links work without trusting the message's HTML. */
function linked(text: string): { text: string; href?: string }[] {
  return text
    .split(/(https?:\/\/[^\s\]<>"]+)/)
    .map((part, index) => (index % 2 ? { text: part, href: part } : { text: part }));
}
