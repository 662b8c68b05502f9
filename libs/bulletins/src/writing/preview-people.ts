import type { Actor } from '@carers/audit';
import { Cardholders } from '@carers/cards';
import { Subscribers } from '@carers/information-service';
import { Injectable } from '@nestjs/common';
import type { Bulletin } from './bulletin.entity.js';

/** Somebody whose copy can be looked at. */
export interface FoundPerson {
  subscriberId: string;
  name: string;
  registeredAt: Date;
}

/** People that one search shows: whoever gets more types more of the name. */
const most = 20;

/** Looks for people of a bulletin's list by their name, to see the copy of one of them. */
@Injectable()
export class PreviewPeople {
  constructor(
    private readonly subscribers: Subscribers,
    private readonly cardholders: Cardholders,
  ) {}

  /** Being in the list is a look at a person, and written down as in other searches. @returns the newest first */
  async named(
    { carersServiceId }: Pick<Bulletin, 'carersServiceId'>,
    name: string,
    actor: Actor,
  ): Promise<{ people: FoundPerson[]; more: boolean }> {
    const sought = { filter: { standing: 'on' as const }, name };
    const { lines, next } = await this.subscribers.list(sought, [carersServiceId], { size: most });
    await this.cardholders.noteFound(
      lines.map(({ cardholderId }) => cardholderId),
      actor,
      null,
    );
    const people = lines.map(({ id, firstName, lastName, registeredAt }) => ({
      subscriberId: id,
      name: `${firstName} ${lastName}`,
      registeredAt,
    }));
    return { people, more: next !== null };
  }
}
