import { createHmac, timingSafeEqual } from 'node:crypto';
import { Database } from '@carers/database';
import { isUuid } from '@carers/kernel';
import { Settings } from '@carers/settings';
import { Injectable } from '@nestjs/common';
import { Referrer } from './referrer.entity.js';
import { FiguresLinkNotUsable } from './referrers.problems.js';

/**
 * Where a referrer's code leads, and the way to its own figures. The secret part of that is an HMAC of referrer and version
 * (128 bits), so none is stored; the code, which hangs on walls, opens nothing of it.
 */
@Injectable()
export class ReferrerLinks {
  private readonly key: Buffer;

  constructor(
    private readonly settings: Settings,
    private readonly database: Database,
  ) {
    this.key = createHmac('sha256', settings.sessionSecret).update('referrer figures').digest();
  }

  /** What the QR code holds: the referrer's page. */
  scanned(code: string): string {
    return `${this.settings.publicUrl}/r/${code}`;
  }

  /** What people type. */
  typed(code: string): string {
    return `${new URL(this.settings.publicUrl).host}/r/${code}`;
  }

  /** Path of a referrer's own figures. */
  figuresPath({ id, linkVersion }: Pick<Referrer, 'id' | 'linkVersion'>): string {
    const plain = Buffer.from(id.replaceAll('-', ''), 'hex');
    return `/referrer/${Buffer.concat([plain, this.seal(id, linkVersion)]).toString('base64url')}`;
  }

  /** Whose figures a link opens. @throws FiguresLinkNotUsable */
  async open(token: string): Promise<Referrer> {
    if (!/^[A-Za-z0-9_-]{43}$/.test(token)) throw new FiguresLinkNotUsable();
    const bytes = Buffer.from(token, 'base64url');
    const hex = bytes.subarray(0, 16).toString('hex');
    const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    const referrer = isUuid(id) ? await this.database.reader.findOneBy(Referrer, { id }) : null;
    if (!referrer || !timingSafeEqual(bytes.subarray(16), this.seal(id, referrer.linkVersion)))
      throw new FiguresLinkNotUsable();
    return referrer;
  }

  private seal(id: string, version: number): Buffer {
    return createHmac('sha256', this.key).update(`${id} ${version}`).digest().subarray(0, 16);
  }
}
