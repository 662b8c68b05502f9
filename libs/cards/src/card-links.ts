import { createHmac, timingSafeEqual } from 'node:crypto';
import { Database } from '@carers/database';
import { isUuid } from '@carers/kernel';
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
    return Buffer.concat([Buffer.from(id.replaceAll('-', ''), 'hex'), this.seal(id, linkVersion)]).toString(
      'base64url',
    );
  }

  /** Whose card a link opens; null when it was altered or has ended. */
  async open(token: string): Promise<Cardholder | null> {
    if (!/^[A-Za-z0-9_-]{43}$/.test(token)) return null;
    const bytes = Buffer.from(token, 'base64url');
    const hex = bytes.subarray(0, 16).toString('hex');
    const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    if (!isUuid(id)) return null;
    const cardholder = await this.database.reader.findOne(Cardholder, { where: { id } });
    if (!cardholder || cardholder.leftAt) return null;
    return timingSafeEqual(bytes.subarray(16), this.seal(id, cardholder.linkVersion)) ? cardholder : null;
  }

  private seal(id: string, version: number): Buffer {
    return createHmac('sha256', this.key).update(`${id} ${version}`).digest().subarray(0, 16);
  }
}
