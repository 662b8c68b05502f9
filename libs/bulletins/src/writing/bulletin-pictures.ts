import type { Actor } from '@carers/audit';
import { Database } from '@carers/database';
import type { OfficerScope } from '@carers/information-service';
import { Clock, Ids } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { BulletinPicture } from './bulletin-picture.entity.js';
import type { Bulletin } from './bulletin.entity.js';
import { BulletinNotFound, TooManyPictures } from './bulletins.problems.js';
import { Bulletins } from './bulletins.js';
import { madeReady } from './pictures.js';

/** More would make a mail that mailboxes refuse. */
const mostPictures = 20;

/** The pictures of bulletins: made ready when they are uploaded, and never changed. */
@Injectable()
export class BulletinPictures {
  constructor(
    private readonly database: Database,
    private readonly bulletins: Bulletins,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /** Without their bytes, in the order of their numbers. */
  async of({ id }: Pick<Bulletin, 'id'>): Promise<BulletinPicture[]> {
    return this.database.reader.find(BulletinPicture, { where: { bulletinId: id }, order: { number: 'ASC' } });
  }

  /** @throws InvalidInput for what is no picture, BulletinNotFound, BulletinNotOpen, TooManyPictures */
  async add(
    bulletinId: string,
    bytes: Buffer,
    alt: string,
    scope: OfficerScope,
    actor: Actor,
  ): Promise<{ number: number }> {
    // First: drawing takes a second, and no lock is held for it.
    const { mail, print } = await madeReady(bytes);
    return this.database.transaction(async (tx) => {
      await this.bulletins.open(tx, bulletinId, scope);
      const [row] = await tx.query<{ count: number; last: number }[]>(
        'SELECT count(*)::int AS count, coalesce(max(number), 0) AS last FROM bulletin_picture WHERE bulletin_id = $1',
        [bulletinId],
      );
      const { count, last } = row!;
      if (count >= mostPictures) throw new TooManyPictures();
      const number = last + 1;
      await tx.insert(BulletinPicture, {
        id: this.ids.next(),
        bulletinId,
        number,
        alt,
        mail: mail.bytes,
        mailWidth: mail.width,
        mailHeight: mail.height,
        print: print.bytes,
        printWidth: print.width,
        printHeight: print.height,
        addedBy: actor.id,
        addedAt: this.clock.now(),
      });
      await this.bulletins.note(tx, bulletinId, 'bulletin.picture-added', actor, { number });
      return { number };
    });
  }

  /** Takes one away. Texts that still show it cannot be sent. */
  async remove(bulletinId: string, number: number, scope: OfficerScope, actor: Actor): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.bulletins.open(tx, bulletinId, scope);
      const { affected } = await tx.delete(BulletinPicture, { bulletinId, number });
      if (affected) await this.bulletins.note(tx, bulletinId, 'bulletin.picture-removed', actor, { number });
    });
  }

  /** The JPEG for screens. @throws BulletinNotFound */
  async bytes({ id }: Pick<Bulletin, 'id'>, number: number): Promise<Buffer> {
    const picture = Number.isSafeInteger(number)
      ? await this.database.reader.findOne(BulletinPicture, {
          select: { id: true, mail: true },
          where: { bulletinId: id, number },
        })
      : null;
    if (!picture) throw new BulletinNotFound();
    return picture.mail;
  }
}
