import { PersonErasure } from '@carers/cards';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Application } from './application.entity.js';

/** What somebody wrote to get a card goes with them; that there was an application, when, where and how it ended, stays. */
@Injectable()
export class ApplicationErasure implements OnModuleInit {
  constructor(private readonly erasure: PersonErasure) {}

  onModuleInit(): void {
    this.erasure.add(async (tx, { cardholderId }) => {
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
