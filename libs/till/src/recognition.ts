import { CardCodes, CardKeys } from '@carers/cards';
import { isFreshCode, parseCardNumber, presumeCredential, readCardText } from '@carers/credentials';
import { dateInLondon } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import type { ValidationRequest } from './till-forms.js';
import type { ValidationToWrite } from './validate.statement.js';

/** All that a shop is told of a card. `medium` says what was scanned; null where the number was typed. */
export interface CardAtTill {
  firstName: string;
  validUntil: string;
  medium: 'phone' | 'printed' | 'plastic' | null;
}

/** What a text or number turned out to mean, before the registry was asked. */
export interface Recognised extends Pick<ValidationToWrite, 'credentialId' | 'cardNumber' | 'refusal' | 'fresh'> {
  /** A card to practise with, which stands in no registry. */
  practice: CardAtTill | null;
  /** Where the signature is still to be checked: until it says yes, nothing else here may be told or kept. */
  isGenuine: (() => boolean) | null;
}

const nothing: Recognised = {
  credentialId: null,
  cardNumber: null,
  refusal: null,
  fresh: false,
  practice: null,
  isGenuine: null,
};

/** What a text means whose signature turned out not to be ours. */
export const forged: Recognised = { ...nothing, refusal: 'bad_signature' };

/** Finds out which card a scanned text or a typed number means. */
@Injectable()
export class Recognition {
  constructor(
    private readonly keys: CardKeys,
    private readonly codes: CardCodes,
  ) {}

  /** Which card is meant. Never throws for any text. */
  async recognise({ credential, cardNumber }: ValidationRequest, now: Date): Promise<Recognised> {
    if (credential === undefined) {
      const number = parseCardNumber(cardNumber ?? '');
      return number ? { ...nothing, cardNumber: number } : { ...nothing, refusal: 'malformed' };
    }
    const { check, isGenuine } = presumeCredential(credential, await this.keys.verifying(), { now });
    if (!('claims' in check)) return { ...nothing, refusal: check.reason };
    const { credentialId, kind, firstName, expiresAt } = check.claims;
    const meant = { ...nothing, credentialId, isGenuine };
    if (kind === 'test') {
      // Practice cards are signed for a shop to train with, and stand in no registry.
      const validUntil = dateInLondon(new Date(expiresAt.getTime() - 1));
      return { ...meant, refusal: 'test_card', practice: { firstName, validUntil, medium: null } };
    }
    // Genuine but not now: the registry knows which card it is and may know a better reason.
    if (!check.ok) return { ...meant, refusal: check.reason };
    const code = readCardText(credential)?.code ?? null;
    return { ...meant, fresh: code !== null && isFreshCode(this.codes.secretFor(credentialId), code, now) };
  }
}
