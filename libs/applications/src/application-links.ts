import { Database } from '@carers/database';
import { Clock, idToken, readIdToken } from '@carers/kernel';
import { Settings } from '@carers/settings';
import { Injectable } from '@nestjs/common';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { Application } from './application.entity.js';

/**
 * The secret by which applicants come back to their application, in a cookie and in links: its id and an HMAC of it
 * (128 bits) under a key of its own, so that no secret is stored and a link can be made again at the moment of sending.
 */
@Injectable()
export class ApplicationLinks {
  private readonly key: Buffer;

  constructor(
    private readonly settings: Settings,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {
    this.key = createHmac('sha256', settings.sessionSecret).update('application links').digest();
  }

  tokenFor(id: string): string {
    return idToken(id, this.seal(id));
  }

  /** The address that opens the application on any device. */
  urlFor(id: string): string {
    return `${this.settings.publicUrl}/apply/resume/${this.tokenFor(id)}`;
  }

  /** Whose application a token opens; null where it was altered or the application is gone. */
  async open(token: string | undefined): Promise<Application | null> {
    const read = readIdToken(token, 16);
    if (!read || !timingSafeEqual(read.proof, this.seal(read.id))) return null;
    const application = await this.database.reader.findOne(Application, { where: { id: read.id } });
    if (!application || (application.expiresAt && application.expiresAt <= this.clock.now())) return null;
    return application;
  }

  private seal(id: string): Buffer {
    return createHmac('sha256', this.key).update(id).digest().subarray(0, 16);
  }
}
