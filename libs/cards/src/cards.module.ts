import { PlacesModule } from '@carers/places';
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Card } from './card.entity.js';
import { CardKeys } from './card-keys.js';
import { CardLinks } from './card-links.js';
import { CardTokens } from './card-tokens.js';
import { Cardholder } from './cardholder.entity.js';
import { Cards } from './cards.js';
import { Credential } from './credential.entity.js';
import { CardSigningKey } from './signing-key.entity.js';

/** The registry, its keys and its links, for other libs. */
@Module({
  imports: [PlacesModule, TypeOrmModule.forFeature([Cardholder, Card, Credential, CardSigningKey])],
  providers: [Cards, CardKeys, CardLinks, CardTokens],
  exports: [Cards, CardKeys, CardLinks, CardTokens],
})
export class CardsModule {}
