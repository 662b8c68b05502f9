import { Database } from '@carers/database';
import { Injectable } from '@nestjs/common';
import { ReferrerKind } from './referrer-kind.entity.js';

/** The kinds of referrers, in their order in lists. Migrations alone change them, so they are read once. */
@Injectable()
export class ReferrerKinds {
  private read: Promise<readonly ReferrerKind[]> | null = null;

  constructor(private readonly database: Database) {}

  async all(): Promise<readonly ReferrerKind[]> {
    this.read ??= this.database.reader.find(ReferrerKind, { order: { position: 'ASC' } });
    try {
      return await this.read;
    } catch (error) {
      this.read = null;
      throw error;
    }
  }

  /** Why a referrer of this kind may hand a carer over. */
  async reasonsOf(slug: string): Promise<readonly string[]> {
    return (await this.all()).find((kind) => kind.slug === slug)?.reasons ?? [];
  }
}
