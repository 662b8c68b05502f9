import { formatCardNumber, qrPng } from '@carers/credentials';
import { Clock } from '@carers/kernel';
import { BrandSource, dirOf, webManifest, type Words } from '@carers/pages';
import { SchemeService } from '@carers/places';
import { Settings } from '@carers/settings';
import { Injectable, StreamableFile } from '@nestjs/common';
import type { Held } from './cardholders.js';
import { CardTokens } from './card-tokens.js';
import type { Card } from './card.entity.js';
import { CardHasEnded } from './cards.problems.js';
import { type CardPageView, type CardView, kindKeyOf, viewOf } from './cards.presenter.js';
import { cardPdf } from './pdf/card-pdf.js';
import { PhoneCard } from './phone-card.js';
import { renewableFrom } from './renewal-days.js';

/** The present of a card, as its page asks for it. */
export interface CardNow {
  /** The server's time, ISO 8601. */
  now: string;
  /** Id of the card: another one means that this one was replaced. */
  card: string;
  live: boolean;
  /** Id of the key that signs now: another one may mean that tills refuse what the page shows. */
  key: string;
}

/** A card as people see it: on the phone, as a picture, on paper. */
@Injectable()
export class CardFace {
  constructor(
    private readonly tokens: CardTokens,
    private readonly phone: PhoneCard,
    private readonly clock: Clock,
    private readonly brands: BrandSource,
    private readonly scheme: SchemeService,
    private readonly settings: Settings,
  ) {}

  /**
   * A card in short.
   * @param base address of its page; those of print, picture and loss begin with it
   */
  async view({ cardholder, card }: Held, base: string): Promise<CardView> {
    const regions = await this.scheme.regions();
    const region = regions.find(({ id }) => id === cardholder.regionId) ?? null;
    const today = this.clock.today();
    const state = card.stateOn(today);
    const isTime = today >= renewableFrom(card, await this.scheme.policyOn(today));
    const renewable = card.kind !== 'test' && (state === 'expired' || (state === 'active' && isTime));
    return viewOf(card, state, { base, region, renewable });
  }

  /** What the card's own page shows. */
  async page(held: Held, base: string): Promise<CardPageView> {
    const view = await this.view(held, base);
    return { ...view, phone: view.live ? await this.phone.of(held.card, base) : null };
  }

  /** What the page asks when it has been open for a while, or was shown without a connection. */
  async state({ card }: Held): Promise<CardNow> {
    const key = await this.tokens.keyId();
    return { now: this.clock.now().toISOString(), card: card.id, live: card.worksOn(this.clock.today()), key };
  }

  /** Lets a telephone keep the page beside its apps. */
  async manifest(base: string, words: Words): Promise<string> {
    const brand = await this.brands.current();
    const { name, shortName } = brand;
    const { locale } = words;
    return webManifest(brand, { name, shortName, startUrl: base, scope: base, locale, dir: dirOf(locale) });
  }

  /**
   * The printed credential's code as a picture to keep. That of the phone would be out of date within 90 seconds.
   * @throws CardHasEnded when the card does not work
   */
  async picture({ card }: Held): Promise<StreamableFile> {
    this.checkWorks(card);
    const png = qrPng(await this.tokens.urlFor(card, 'printed'), { scale: 12 });
    return new StreamableFile(png, { type: 'image/png', disposition: 'inline; filename="carers-card-to-print.png"' });
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
