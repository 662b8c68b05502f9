import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AddressReport } from './address-report.entity.js';
import { SoftBounce } from './soft-bounce.entity.js';
import { SuppressedAddress } from './suppressed-address.entity.js';
import { Suppressions } from './suppressions.js';

/** Which addresses take nothing, for every lib that sends. */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([SuppressedAddress, SoftBounce, AddressReport])],
  providers: [Suppressions],
  exports: [Suppressions],
})
export class SuppressionModule {}
