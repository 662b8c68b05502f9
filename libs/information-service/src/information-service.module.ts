import { CardsModule } from '@carers/cards';
import { PlacesModule } from '@carers/places';
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ConsentEvent } from './consent-event.entity.js';
import { ConsentWording } from './consent-wording.entity.js';
import { Consents } from './consents.js';
import { InformationService } from './information-service.js';
import { PreferenceLinks } from './preference-links.js';
import { RegistrationEvent } from './registration-event.entity.js';
import { Subscriber } from './subscriber.entity.js';
import { Subscription } from './subscription.entity.js';
import { Welcome } from './welcome.js';
import { Wordings } from './wordings.js';

export const informationServiceEntities = [Subscriber, RegistrationEvent, ConsentEvent, Subscription, ConsentWording];

/** Registration, consent and links to preferences, for other libs. */
@Module({
  imports: [CardsModule, PlacesModule, TypeOrmModule.forFeature(informationServiceEntities)],
  providers: [Consents, InformationService, PreferenceLinks, Welcome, Wordings],
  exports: [InformationService, PreferenceLinks],
})
export class InformationServiceModule {}
