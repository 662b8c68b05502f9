import { formatCardNumber, qrPng, qrSvg } from '@carers/credentials';
import { Clock } from '@carers/kernel';
import { BrandSource, type Words } from '@carers/pages';
import { SchemeService } from '@carers/places';
import { Settings } from '@carers/settings';
import { Injectable, StreamableFile } from '@nestjs/common';
import type { Held } from './cardholders.js';
import { CardTokens } from './card-tokens.js';
import type { Card } from './card.entity.js';
import { CardHasEnded } from './cards.problems.js';
import { type CardView, kindKeyOf, viewOf } from './cards.presenter.js';
import { cardPdf } from './pdf/card-pdf.js';

/** A card as people see it: on the phone, as a picture, on paper. */
@Injectable()
export class CardFace {
  constructor(
    private readonly tokens: CardTokens,
    private readonly clock: Clock,
    private readonly brands: BrandSource,
    private readonly scheme: SchemeService,
    private readonly settings: Settings,
  ) {}

  /**
   * What the card page shows.
   * @param base address of the page; those of print, picture and loss begin with it
   */
  async view({ cardholder, card }: Held, base: string): Promise<CardView> {
    const state = card.stateOn(this.clock.today());
    const regions = await this.scheme.regions();
    return viewOf(card, state, {
      base,
      region: regions.find(({ id }) => id === cardholder.regionId) ?? null,
      qr: state === 'active' ? qrSvg(await this.tokens.urlFor(card, 'phone')) : null,
    });
  }

  /**
   * The phone code as a picture to keep.
   * @throws CardHasEnded when the card does not work
   */
  async picture({ card }: Held): Promise<StreamableFile> {
    this.checkWorks(card);
    const png = qrPng(await this.tokens.urlFor(card, 'phone'), { scale: 12 });
    return new StreamableFile(png, { type: 'image/png', disposition: 'inline; filename="carers-card-code.png"' });
  }

  /**
   * The card to print and cut out.
   * @throws CardHasEnded when the card does not work
   */
  async pdf({ card }: Held, words: Words): Promise<StreamableFile> {
    this.checkWorks(card);
    const printed = {
      scanned: await this.tokens.urlFor(card, 'printed'),
      printedName: card.printedName,
      number: formatCardNumber(card.number),
      kindKey: kindKeyOf(card),
      validUntil: card.validUntil,
      issuedAt: card.issuedAt,
    };
    const site = new URL(this.settings.publicUrl).host;
    const file = await cardPdf(printed, { brand: await this.brands.current(), words, site });
    return new StreamableFile(file, { type: 'application/pdf', disposition: 'inline; filename="carers-card.pdf"' });
  }

  private checkWorks(card: Card): void {
    if (!card.worksOn(this.clock.today())) throw new CardHasEnded();
  }
}
