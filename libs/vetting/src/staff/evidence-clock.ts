import { EvidenceFiles } from '@carers/evidence';
import { Clock } from '@carers/kernel';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { CaseEvents } from '../cases/case-events.js';
import { endedStates } from '../cases/case-moves.js';
import { SiteVisit } from '../checks/site-visit.entity.js';
import { VettingCheck } from '../checks/vetting-check.entity.js';
import { filesOfCheck, filesOfVisit } from '../evidence-owners.js';

/** Starts the clock of a case's evidence when the case ends, and stops it when an appeal brings it back. */
@Injectable()
export class EvidenceClock implements OnModuleInit {
  constructor(
    private readonly events: CaseEvents,
    private readonly files: EvidenceFiles,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.events.on('moved', async (tx, { case: { id: caseId }, from, to }) => {
      if (endedStates.includes(from) === endedStates.includes(to)) return;
      const checks = await tx.find(VettingCheck, { select: { id: true }, where: { caseId } });
      const visits = await tx.find(SiteVisit, { select: { id: true }, where: { caseId } });
      const owners = [...checks.map(({ id }) => filesOfCheck(id)), ...visits.map(({ id }) => filesOfVisit(id))];
      await this.files.ended(tx, owners, endedStates.includes(to) ? this.clock.today() : null);
    });
  }
}
