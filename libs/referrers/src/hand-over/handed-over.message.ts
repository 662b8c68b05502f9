import { Database } from '@carers/database';
import { type OutgoingMessage, type ParamsSupplier, type SuppliedParams, SuppliesParams } from '@carers/messages';
import { SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';
import { Referrer } from '../referrer.entity.js';
import { HandOver } from './hand-over.entity.js';

/** Words the note to a carer who was handed over. Once the hand-over has ended, there is nothing left to tell. */
@Injectable()
@SuppliesParams('referrers/handed-over')
export class HandedOverWords implements ParamsSupplier {
  constructor(
    private readonly database: Database,
    private readonly schemes: SchemeService,
  ) {}

  async supply({ params }: OutgoingMessage): Promise<SuppliedParams> {
    const { handOverId } = params as { handOverId: string };
    const { reader } = this.database;
    const handOver = await reader.findOneBy(HandOver, { id: handOverId });
    if (!handOver?.open || handOver.forgottenAt) return { params: {}, drop: true };
    const referrer = await reader.findOneByOrFail(Referrer, { id: handOver.referrerId });
    const { carersServices } = await this.schemes.current();
    const { name, phone, email } = carersServices.find(({ id }) => id === handOver.carersServiceId)!;
    return {
      params: { firstName: handOver.firstName, referrer: referrer.name, service: { name, phone, email } },
    };
  }
}
