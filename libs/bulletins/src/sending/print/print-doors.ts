import { type Format, LastDoor, type OpenDoor, PreferenceLinks } from '@carers/information-service';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { BulletinRow } from '../bulletin-row.js';
import type { HeldWhy } from '../delivery.entity.js';

/** All of a person that stands in their letter. Kept sealed: from it the letter can be made again as it was. */
export interface PrintedPerson {
  firstName: string;
  name: string;
  addressLines: string[];
  code: string;
  preferenceUrl: string;
  locale: string;
  format: Format;
}

/** A copy that is, or is to be, a letter. */
export interface LetterCopy {
  id: string;
  subscriberId: string;
}

/** Who may be sent a letter of a bulletin, and what stands in it. */
@Injectable()
export class PrintDoors {
  constructor(
    private readonly door: LastDoor,
    private readonly links: PreferenceLinks,
  ) {}

  /** At most 1,000 copies, in their order. */
  async knock<Copy extends LetterCopy>(
    reader: EntityManager,
    bulletin: Pick<BulletinRow, 'purpose' | 'carersServiceId'>,
    copies: readonly Copy[],
  ): Promise<{ open: { copy: Copy; door: OpenDoor }[]; held: { copy: Copy; held: HeldWhy }[] }> {
    const doors = await this.door.open(
      reader,
      bulletin.purpose,
      copies.map(({ subscriberId }) => ({ subscriberId, channel: 'post' })),
    );
    const open: { copy: Copy; door: OpenDoor }[] = [];
    const held: { copy: Copy; held: HeldWhy }[] = [];
    for (const copy of copies) {
      const door = doors.get(copy.subscriberId)!;
      if ('held' in door) held.push({ copy, held: door.held });
      // Moved to another service since the audience was frozen, and perhaps said yes there: that is no yes to us.
      else if (door.carersServiceId !== bulletin.carersServiceId) held.push({ copy, held: 'left' });
      else if (door.format === 'audio') held.push({ copy, held: 'audio' });
      else open.push({ copy, door });
    }
    return { open, held };
  }

  personOf(door: OpenDoor, code: string): PrintedPerson {
    const { firstName, name, address, locale, format } = door;
    const addressLines = [name, ...address.split('\n').filter((line) => line.trim() !== '')];
    return { firstName, name, addressLines, code, preferenceUrl: this.links.urlFor(door), locale, format };
  }
}
