import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Audit } from './audit.js';
import { AuditEvent } from './audit-event.entity.js';

/** The audit trail, for every lib. */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([AuditEvent])],
  providers: [Audit],
  exports: [Audit],
})
export class AuditModule {}
