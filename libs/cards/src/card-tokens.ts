import { cardUrl, newCredentialId, printedName, signCredential } from '@carers/credentials';
import { Database } from '@carers/database';
import { addDays, Chance, Clock, type LocalDate } from '@carers/kernel';
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
    private readonly clock: Clock,
    private readonly chance: Chance,
  ) {}

  /**
   * The text of the card's QR for one medium: the card URL with the signed token.
   * @throws CardNotFound when the card has no live credential of that medium
   */
  async urlFor(card: Card, medium: CredentialMedium): Promise<string> {
    return this.sign(card, await this.credentialOf(card, medium));
  }

  /** Id of the key that signs now. */
  async keyId(): Promise<string> {
    return (await this.keys.signer()).kid;
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
        expiresAt: endOf(card.validUntil),
        statusIndex: credential.statusIndex,
        firstName: card.printedName,
        kind: card.kind,
      },
      await this.keys.signer(),
    );
    return cardUrl(this.settings.publicUrl, token);
  }

  /**
   * The text of a card for practising at a till: truly signed, of the kind `test`, and in no registry. Its place in the
   * status list is 0, which no card has, so it cannot be stopped: give it a short life.
   * @param firstName as it is to be shown, in any length
   * @param validDays how many days it works, today included
   */
  async practice(firstName: string, validDays: number): Promise<string> {
    const token = await signCredential(
      {
        credentialId: newCredentialId((count) => this.chance.bytes(count)),
        expiresAt: endOf(addDays(this.clock.today(), validDays - 1)),
        statusIndex: 0,
        firstName: printedName(firstName),
        kind: 'test',
      },
      await this.keys.signer(),
    );
    return cardUrl(this.settings.publicUrl, token);
  }
}

/** The first instant after a last day. London is never behind UTC, so the day is never cut short. */
function endOf(lastDay: LocalDate): Date {
  return new Date(`${addDays(lastDay, 1)}T00:00:00Z`);
}
