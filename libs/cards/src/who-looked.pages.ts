import { SignedIn, Who } from '@carers/access';
import { page } from '@carers/pages';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Cardholders } from './cardholders.js';
import { Looks } from './looks.js';

/** Who of the scheme looked at a cardholder's record, when, and why. */
@SignedIn()
@ApiExcludeController()
@Controller('account/who-looked')
export class WhoLookedPages {
  constructor(
    private readonly cardholders: Cardholders,
    private readonly looks: Looks,
  ) {}

  @Get()
  async show(@Who() who: Who, @Query('cursor') cursor?: unknown) {
    const held = await this.cardholders.ofAccount(who.accountId);
    const names = new Map(held.map(({ cardholder }) => [cardholder.id, cardholder.firstName]));
    const from = typeof cursor === 'string' ? cursor : null;
    const { looks, next } = await this.looks.at([...names.keys()], from);
    return page('cards/who-looked', {
      looks: looks.map(({ happenedAt, action, through, actorKind, actorRole, reason, cardholderId }) => ({
        happenedAt,
        whatKey: `cards:who-looked.what.${through === 'review' ? 'review' : action.replace('.', '-')}`,
        byKey: `cards:by.${actorRole ?? actorKind}`,
        reason,
        name: held.length > 1 ? names.get(cardholderId) : null,
      })),
      next,
      further: from !== null,
    });
  }
}
