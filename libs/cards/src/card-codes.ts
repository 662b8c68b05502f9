import { createHmac } from 'node:crypto';
import { HmacSha256 } from '@carers/credentials';
import { Settings } from '@carers/settings';
import { Injectable } from '@nestjs/common';

/**
 * The secrets of the codes that change every half minute beside a phone card. Each is an HMAC of the credential's id,
 * so none is stored: the phone gets its own with the card's page, the till's check works it out again.
 */
@Injectable()
export class CardCodes {
  private readonly hmac: HmacSha256;

  constructor(settings: Settings) {
    this.hmac = new HmacSha256(createHmac('sha256', settings.sessionSecret).update('card codes').digest());
  }

  /**
   * The secret of one credential, 32 bytes. Only its holder's own page may be told.
   * @param credentialId sixteen hexadecimal characters
   */
  secretFor(credentialId: string): Buffer {
    return this.hmac.digest(Buffer.from(credentialId));
  }
}
