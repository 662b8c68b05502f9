import type { Actor } from '@carers/audit';
import { BusinessEvents } from '@carers/businesses';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { In, Not } from 'typeorm';
import { endedStates } from './case-moves.js';
import { VettingCase } from './vetting-case.entity.js';
import { VettingCases } from './vetting-cases.js';

const system: Actor = { kind: 'system', id: 'businesses' };

/** A business that leaves the scheme takes its cases with it. */
@Injectable()
export class Leaving implements OnModuleInit {
  constructor(
    private readonly businesses: BusinessEvents,
    private readonly cases: VettingCases,
  ) {}

  onModuleInit(): void {
    this.businesses.on('left', async (tx, { businessId }) => {
      const going = await tx.findBy(VettingCase, { businessId, state: Not(In(endedStates)) });
      for (const { id } of going)
        await this.cases.move(tx, id, 'withdraw', { reasonKey: 'vetting:because.business-left' }, system);
    });
  }
}
