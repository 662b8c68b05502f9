import { Writable } from 'node:stream';
import { LetterPrinter, textOf } from '@carers/composer';
import type { Format } from '@carers/information-service';
import { Clock } from '@carers/kernel';
import { SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';
import type { FrozenBulletin } from '../writing/frozen-bulletin.js';
import type { AudienceCount } from './audience.js';

/** What a bulletin will cost, from one copy of each kind for somebody with a long name. */
export interface Estimate {
  segments: number;
  sheets: { standard: number; largePrint: number };
  textPence: number;
  letterPence: number;
  /** In whole pence, rounded up. */
  totalPence: number;
}

/** Works out the cost before anybody says yes, at the prices of the scheme's policy that hold today. */
@Injectable()
export class Estimates {
  constructor(
    private readonly schemes: SchemeService,
    private readonly clock: Clock,
  ) {}

  async of(bulletin: FrozenBulletin, audience: AudienceCount): Promise<Estimate> {
    const { prices } = (await this.schemes.policyOn()).bulletins;
    const person = somebody('standard');
    const copy = bulletin.copyFor(person);
    const { segments } = textOf(copy.composed, person, bulletin.textFrame(copy.locale));
    const { byChannel, largePrint } = audience;
    const sheets =
      byChannel.post > 0
        ? { standard: await this.sheets(bulletin, 'standard'), largePrint: await this.sheets(bulletin, 'large_print') }
        : { standard: 0, largePrint: 0 };
    const priceOf = (count: number) => prices.letterFirstSheet + prices.letterFurtherSheet * Math.max(0, count - 1);
    const textPence = byChannel.text * segments * prices.textSegment;
    const letterPence =
      (byChannel.post - largePrint) * priceOf(sheets.standard) + largePrint * priceOf(sheets.largePrint);
    return { segments, sheets, textPence, letterPence, totalPence: Math.ceil(textPence + letterPence) };
  }

  /** Printed on both sides. */
  private async sheets(bulletin: FrozenBulletin, format: Format): Promise<number> {
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
    const printer = await LetterPrinter.open(nowhere, { title: '', author: '', at: this.clock.now() });
    const person = somebody(format);
    const { composed, locale } = bulletin.copyFor(person);
    const frame = bulletin.letterFrame(locale, { date: this.clock.today(), window: 'dl' });
    const { sides } = await printer.letter(composed, person, frame);
    await printer.end();
    return sides / 2;
  }
}

function somebody(format: Format) {
  return {
    firstName: 'Alexandrina',
    name: 'Alexandrina Featherstone',
    preferenceUrl: `https://card.example/preferences/${'x'.repeat(43)}`,
    locale: 'en-GB',
    format,
    letterCode: '0000000000',
    code: '0000000000',
    addressLines: ['Alexandrina Featherstone', '1 Sea Road', 'Bournemouth', 'BH1 1AA'],
  };
}
