import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { Settings } from '@carers/settings';
import { Injectable } from '@nestjs/common';

/**
 * The secrets of the codes that change every half minute beside a phone card. Each is an HMAC of the credential's id,
 * so none is stored: the phone gets its own with the card's page, the till's check works it out again.
 */
@Injectable()
export class CardCodes {
  private readonly key: KeyObject;

  constructor(settings: Settings) {
    // A key object: the same bytes taken in anew for each card would cost more than the HMAC.
    this.key = createSecretKey(createHmac('sha256', settings.sessionSecret).update('card codes').digest());
  }

  /**
   * The secret of one credential, 32 bytes. Only its holder's own page may be told.
   * @param credentialId sixteen hexadecimal characters
   */
  secretFor(credentialId: string): Buffer {
    return createHmac('sha256', this.key).update(credentialId).digest();
  }
}
