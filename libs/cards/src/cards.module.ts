import { AccessModule, StaffSections } from '@carers/access';
import { PlacesModule } from '@carers/places';
import { Module, type OnModuleInit } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccountCardPages } from './account-card.pages.js';
import { AccountLinks } from './account-links.js';
import { AccountPages } from './account.pages.js';
import { Card } from './card.entity.js';
import { CardCodes } from './card-codes.js';
import { CardFace } from './card-face.js';
import { CardKeys } from './card-keys.js';
import { CardLinks } from './card-links.js';
import { CardMessages } from './card-messages.js';
import { IssuedWords, ReplacedWords } from './card-messages.suppliers.js';
import { CardTokens } from './card-tokens.js';
import { CaringRoles } from './caring-roles.js';
import { CardWorkerController } from './card-worker.controller.js';
import { Cardholder } from './cardholder.entity.js';
import { CardholderEvents } from './cardholder-events.js';
import { Cardholders } from './cardholders.js';
import { Cards } from './cards.js';
import { Credential } from './credential.entity.js';
import { AccountHoursPages, HoursDesk, StaffHoursPages } from './hours-of-caring.pages.js';
import { Issuing } from './issuing.js';
import { JwksController } from './jwks.controller.js';
import { Looks } from './looks.js';
import { EraseLeft, EraseLeftSchedule } from './erase-left.job.js';
import { Leaving } from './leaving.js';
import { LostCards } from './lost-cards.js';
import { MyCardPages } from './my-card.pages.js';
import { PersonErasure } from './person-erasure.js';
import { PhoneCard } from './phone-card.js';
import { CardSigningKey } from './signing-key.entity.js';
import { StaffCardsPages } from './staff-cards.pages.js';
import { WhoLookedPages } from './who-looked.pages.js';
import { StatusIndexes } from './status-indexes.js';
import { StatusListController } from './status-list.controller.js';
import { StatusLists } from './status-lists.js';

export const cardsEntities = [Cardholder, Card, Credential, CardSigningKey];

const services = [
  AccountLinks,
  CardCodes,
  CardKeys,
  CardLinks,
  CardMessages,
  CardTokens,
  CardholderEvents,
  Cardholders,
  Cards,
  CaringRoles,
  Leaving,
  Looks,
  LostCards,
  PersonErasure,
  StatusIndexes,
  StatusLists,
];

/** The registry, its keys, links and messages, for other libs. */
@Module({
  imports: [PlacesModule, TypeOrmModule.forFeature(cardsEntities)],
  providers: [...services, Issuing],
  exports: services,
})
export class CardsModule {}

/** The pages of cardholders and of the staff who look after cards, and the public keys. */
@Module({
  imports: [CardsModule, PlacesModule, AccessModule],
  controllers: [
    MyCardPages,
    AccountCardPages,
    AccountPages,
    AccountHoursPages,
    StaffCardsPages,
    StaffHoursPages,
    WhoLookedPages,
    JwksController,
    CardWorkerController,
    StatusListController,
  ],
  providers: [CardFace, HoursDesk, PhoneCard],
})
export class CardsWebModule implements OnModuleInit {
  constructor(
    private readonly sections: StaffSections,
    private readonly links: AccountLinks,
  ) {}

  onModuleInit(): void {
    this.sections.add({ roles: ['registrar', 'administrator'], href: '/staff/cards', titleKey: 'cards:staff.title' });
    this.links.add({ href: '/account/details', titleKey: 'cards:account.details', order: 50 });
    this.links.add({ href: '/account/who-looked', titleKey: 'cards:account.who-looked', order: 60 });
    this.links.add({ href: '/account/sessions', titleKey: 'cards:account.sessions', order: 90 });
  }
}

/** What messages about cards say, for the worker. */
@Module({ imports: [CardsModule], providers: [EraseLeft, EraseLeftSchedule, IssuedWords, ReplacedWords] })
export class CardsJobsModule {}
