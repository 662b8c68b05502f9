import { StaffSections } from '@carers/access';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { CaseQueue } from '../cases/case-queue.js';

/** Vetting on the staff home page, with what waits for officers. */
@Injectable()
export class VettingSection implements OnModuleInit {
  constructor(
    private readonly sections: StaffSections,
    private readonly queue: CaseQueue,
  ) {}

  onModuleInit(): void {
    this.sections.add({
      roles: ['vetting_officer', 'administrator'],
      href: '/staff/vetting',
      titleKey: 'vetting:staff.section',
      count: async () => {
        const { officer, approver, appeal } = await this.queue.counts();
        return officer + approver + appeal;
      },
    });
  }
}
