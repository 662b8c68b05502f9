import { createHmac, timingSafeEqual } from 'node:crypto';
import { Database } from '@carers/database';
import { idToken, readIdToken } from '@carers/kernel';
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
    return `/referrer/${idToken(id, this.seal(id, linkVersion))}`;
  }

  /** Whose figures a link opens. @throws FiguresLinkNotUsable */
  async open(token: string): Promise<Referrer> {
    const read = readIdToken(token, 16);
    if (!read) throw new FiguresLinkNotUsable();
    const referrer = await this.database.reader.findOneBy(Referrer, { id: read.id });
    if (!referrer || !timingSafeEqual(read.proof, this.seal(read.id, referrer.linkVersion)))
      throw new FiguresLinkNotUsable();
    return referrer;
  }

  private seal(id: string, version: number): Buffer {
    return createHmac('sha256', this.key).update(`${id} ${version}`).digest().subarray(0, 16);
  }
}
