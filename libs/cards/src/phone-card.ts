import { code128Svg, qrSvg, rotatingCodeSync } from '@carers/credentials';
import { Clock } from '@carers/kernel';
import { type SafeHtml, safeHtml } from '@carers/pages';
import { Injectable } from '@nestjs/common';
import { CardCodes } from './card-codes.js';
import { CardTokens } from './card-tokens.js';
import type { Card } from './card.entity.js';

/** What the card's page on a phone shows to a till, and what it needs to go on doing so by itself. */
export interface PhoneView {
  /** The QR code as of now. */
  qr: SafeHtml;
  /** Code 128 of the card number. */
  barcode: SafeHtml;
  /** The text of the QR code up to its changing part. */
  address: string;
  /** Id of the key that signed it. */
  key: string;
  /** The server's time, ISO 8601. */
  now: string;
  /** The part of the site whose service worker keeps the page. */
  scope: string;
  /** What the page makes the changing part with: base64url. Whoever has it has the card, so only this page is told. */
  secret: string;
}

/** The card on the phone, whose code changes every half minute. */
@Injectable()
export class PhoneCard {
  constructor(
    private readonly tokens: CardTokens,
    private readonly codes: CardCodes,
    private readonly clock: Clock,
  ) {}

  /**
   * @param base address of the card's page
   * @throws CardNotFound when the card has no live credential for a phone
   */
  async of(card: Card, base: string): Promise<PhoneView> {
    const now = this.clock.now();
    const credential = await this.tokens.credentialOf(card, 'phone');
    // Before it is used: where it changes in between, the page loads once too often, and not once too few.
    const key = await this.tokens.keyId();
    const address = await this.tokens.sign(card, credential);
    const secret = this.codes.secretFor(credential.id);
    return {
      qr: drawing(qrSvg(`${address}.${rotatingCodeSync(secret, now)}`)),
      barcode: drawing(code128Svg(card.number, { height: 56 })),
      address,
      key,
      now: now.toISOString(),
      scope: /^\/(?:my-card\/|account\/card)/.exec(base)![0],
      secret: secret.toString('base64url'),
    };
  }
}

/** Our own drawing: nothing in it was typed by anybody. */
function drawing(svg: string): SafeHtml {
  return safeHtml(Object.assign([svg], { raw: [svg] }));
}
