import { cardUrl, signCredential } from '@carers/credentials';
import { Database } from '@carers/database';
import { addDays } from '@carers/kernel';
import { Settings } from '@carers/settings';
import { Injectable } from '@nestjs/common';
import { Card } from './card.entity.js';
import { CardKeys } from './card-keys.js';
import { CardNotFound } from './cards.problems.js';
import { Credential, type CredentialMedium } from './credential.entity.js';

/** Signs the token of a card's credential when it is to be shown or printed. */
@Injectable()
export class CardTokens {
  constructor(
    private readonly database: Database,
    private readonly keys: CardKeys,
    private readonly settings: Settings,
  ) {}

  /**
   * The text of the card's QR for one medium: the card URL with the signed token.
   * @throws CardNotFound when the card has no live credential of that medium
   */
  async urlFor(card: Card, medium: CredentialMedium): Promise<string> {
    return this.sign(card, await this.credentialOf(card, medium));
  }

  /** @throws CardNotFound when the card has no live credential of that medium */
  async credentialOf(card: Card, medium: CredentialMedium): Promise<Credential> {
    const credential = await this.database.reader.findOne(Credential, {
      where: { cardId: card.id, medium, status: 'active' },
    });
    if (!credential) throw new CardNotFound();
    return credential;
  }

  /** The same for a credential at hand. */
  async sign(card: Card, credential: Credential): Promise<string> {
    const token = await signCredential(
      {
        credentialId: credential.id,
        // The first instant after its last day. London is never behind UTC, so the day is never cut short.
        expiresAt: new Date(`${addDays(card.validUntil, 1)}T00:00:00Z`),
        statusIndex: credential.statusIndex,
        firstName: card.printedName,
        kind: card.kind,
      },
      await this.keys.signer(),
    );
    return cardUrl(this.settings.publicUrl, token);
  }
}
