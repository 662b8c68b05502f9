import { SignedIn, Who } from '@carers/access';
import { AccountLinks, Cardholders } from '@carers/cards';
import { Clock } from '@carers/kernel';
import { page } from '@carers/pages';
import { SchemeService } from '@carers/places';
import { Controller, Get, type OnModuleInit, Query } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { OwnUses } from './own-uses.js';

const dayInMs = 86_400_000;

/**
 * What a cardholder used the card for: where, when and what it saved, and when each is forgotten. Only for who is signed
 * in, never by the link of a card: whoever sees the printed link or the phone must not see where somebody was.
 */
@SignedIn()
@ApiExcludeController()
@Controller('account/use')
export class OwnUsePages implements OnModuleInit {
  constructor(
    private readonly uses: OwnUses,
    private readonly cardholders: Cardholders,
    private readonly scheme: SchemeService,
    private readonly clock: Clock,
    private readonly links: AccountLinks,
  ) {}

  onModuleInit(): void {
    this.links.add({ href: '/account/use', titleKey: 'till:own-use.title', order: 40 });
  }

  @Get()
  async show(@Who() who: Who, @Query('cursor') cursor?: unknown) {
    const held = await this.cardholders.ofAccount(who.accountId);
    const { retention } = await this.scheme.policyOn(this.clock.today());
    const linked = retention.redemptionLink * dayInMs;
    const { uses, next } = await this.uses.of(
      held.map(({ cardholder }) => cardholder.id),
      new Date(this.clock.now().getTime() - linked),
      typeof cursor === 'string' ? cursor : null,
    );
    const several = held.length > 1;
    return page('till/own-use', {
      days: retention.redemptionLink,
      uses: uses.map(({ printedName, ...use }) => ({
        ...use,
        name: several ? printedName : null,
        forgottenOn: new Date(use.occurredAt.getTime() + linked),
      })),
      next,
      further: typeof cursor === 'string',
    });
  }
}
