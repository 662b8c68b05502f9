import { Database } from '@carers/database';
import { type OutgoingMessage, type ParamsSupplier, type SuppliedParams, SuppliesParams } from '@carers/messages';
import { SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';
import { Referrer } from '../referrer.entity.js';
import { ReferrerLinks } from '../referrer-links.js';

/** Puts the way to all figures into the letter when it is sent. A referrer that wants none any more gets none. */
@Injectable()
@SuppliesParams('referrers/figures')
export class FiguresWords implements ParamsSupplier {
  constructor(
    private readonly database: Database,
    private readonly links: ReferrerLinks,
    private readonly schemes: SchemeService,
  ) {}

  async supply({ params }: OutgoingMessage): Promise<SuppliedParams> {
    const { referrerId } = params as { referrerId: string };
    const referrer = await this.database.reader.findOneBy(Referrer, { id: referrerId });
    if (!referrer || referrer.endedAt || referrer.figuresBy === 'none') return { params: {}, drop: true };
    const { carersServices } = await this.schemes.current();
    const service = carersServices.find(({ id }) => id === referrer.carersServiceId)!;
    return {
      params: {
        referrer: referrer.name,
        address: [...referrer.addressLines, referrer.postcode],
        path: this.links.figuresPath(referrer),
        service: { name: service.name, phone: service.phone, email: service.email },
      },
      secret: true,
    };
  }
}
