import { PersonErasure } from '@carers/cards';
import { Clock } from '@carers/kernel';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { In } from 'typeorm';
import { Application } from './application.entity.js';

/** What somebody wrote to get a card goes with them; that there was an application, when, where and how it ended, stays. */
@Injectable()
export class ApplicationErasure implements OnModuleInit {
  constructor(
    private readonly erasure: PersonErasure,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.erasure.add(async (tx, { cardholderId }) => {
      // Nobody is left whose card could be renewed.
      await tx.update(
        Application,
        { cardholderId, state: In(['submitted', 'more_information']) },
        { state: 'withdrawn', decidedAt: this.clock.now(), decidedBy: 'person-erased' },
      );
      const applications = await tx.find(Application, { where: { cardholderId }, select: { id: true } });
      await tx.update(
        Application,
        { cardholderId },
        {
          answers: {},
          // Lists of the past show that there was one.
          firstName: '—',
          lastName: '',
          birthDateHash: null,
          emailHash: null,
          mobileHash: null,
          postcodeHash: null,
          question: null,
          reply: null,
          decisionWords: null,
          appealWords: null,
          idempotencyKeyHash: null,
          requestHash: null,
        },
      );
      return applications.map(({ id }) => id);
    });
  }
}
