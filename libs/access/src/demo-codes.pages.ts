import { page, Public } from '@carers/pages';
import { Settings } from '@carers/settings';
import { Controller, Get, Header, NotFoundException } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { SecondFactor } from './second-factor.js';

/** The code of the demo's authenticator app. Only outside production and without SMTP, like the outbox. */
@Public()
@ApiExcludeController()
@Controller('dev')
export class DemoCodesPages {
  constructor(
    private readonly secondFactor: SecondFactor,
    private readonly settings: Settings,
  ) {}

  @Get('totp')
  show() {
    this.onlyInTheDemo();
    return page('access/demo-codes', this.secondFactor.demoCodes());
  }

  @Get('totp.json')
  @Header('Cache-Control', 'no-store')
  json() {
    this.onlyInTheDemo();
    return this.secondFactor.demoCodes();
  }

  private onlyInTheDemo(): void {
    if (this.settings.production || this.settings.smtpUrl) throw new NotFoundException();
  }
}
