import type { CalendarFile } from '@carers/composer';
import { Database } from '@carers/database';
import { Injectable } from '@nestjs/common';
import { BulletinContents } from './bulletin-contents.js';
import { Bulletin } from './bulletin.entity.js';
import { BulletinNotFound } from './bulletins.problems.js';
import type { FrozenBulletin } from './frozen-bulletin.js';

/** Most bulletins of which the words are kept ready: when one is sent, thousands open the same page. */
const mostKept = 8;

/** Bulletins that everybody may read: those of which copies have left. */
@Injectable()
export class PublicBulletins {
  private readonly kept = new Map<string, FrozenBulletin>();

  constructor(
    private readonly database: Database,
    private readonly contents: BulletinContents,
  ) {}

  /** @throws BulletinNotFound, also for one that has not been sent */
  async find(slug: string): Promise<{ bulletin: Bulletin; frozen: FrozenBulletin }> {
    const bulletin = /^[a-z0-9-]{1,60}$/.test(slug) ? await this.database.reader.findOneBy(Bulletin, { slug }) : null;
    if (!bulletin?.isPublic || !bulletin.frozenAt) throw new BulletinNotFound();
    const key = `${bulletin.id} ${bulletin.frozenAt.getTime()}`;
    let frozen = this.kept.get(key);
    if (!frozen) {
      frozen = await this.contents.frozen(bulletin.id);
      if (this.kept.size >= mostKept) this.kept.delete(this.kept.keys().next().value!);
      this.kept.set(key, frozen);
    }
    return { bulletin, frozen };
  }

  /** The calendar file of one of its events. @throws BulletinNotFound */
  async calendar(slug: string, name: string): Promise<CalendarFile> {
    const { frozen } = await this.find(slug);
    const { composed } = frozen.copyFor({ locale: 'en-GB', format: 'standard' });
    const file = composed.calendars.find((each) => each.name === name);
    if (!file) throw new BulletinNotFound();
    return file;
  }
}
