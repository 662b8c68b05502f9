import { createHmac, timingSafeEqual } from 'node:crypto';
import { Database } from '@carers/database';
import { idToken, readIdToken } from '@carers/kernel';
import { Settings } from '@carers/settings';
import { Injectable } from '@nestjs/common';
import { Cardholder } from './cardholder.entity.js';

/**
 * Links by which a cardholder opens their card without signing in, for those whose only contact is a letter or a text.
 * The secret part is an HMAC of cardholder and version (128 bits), so none is stored, and reporting a card lost ends
 * all links made before. It opens the card and nothing else; a card's QR never does.
 */
@Injectable()
export class CardLinks {
  private readonly key: Buffer;

  constructor(
    private readonly settings: Settings,
    private readonly database: Database,
  ) {
    this.key = createHmac('sha256', settings.sessionSecret).update('card links').digest();
  }

  /** The address of somebody's card. */
  urlFor(cardholder: { id: string; linkVersion: number }): string {
    return `${this.settings.publicUrl}/my-card/${this.tokenFor(cardholder)}`;
  }

  /** The last part of that address. */
  tokenFor({ id, linkVersion }: { id: string; linkVersion: number }): string {
    return idToken(id, this.seal(id, linkVersion));
  }

  /** Whose card a link opens; null when it was altered or has ended. */
  async open(token: string): Promise<Cardholder | null> {
    const read = readIdToken(token, 16);
    if (!read) return null;
    const cardholder = await this.database.reader.findOne(Cardholder, { where: { id: read.id } });
    if (!cardholder || cardholder.leftAt) return null;
    return timingSafeEqual(read.proof, this.seal(read.id, cardholder.linkVersion)) ? cardholder : null;
  }

  private seal(id: string, version: number): Buffer {
    return createHmac('sha256', this.key).update(`${id} ${version}`).digest().subarray(0, 16);
  }
}
