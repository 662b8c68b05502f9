import { NotAllowed, Who } from '@carers/access';
import type { Actor } from '@carers/audit';
import { Injectable } from '@nestjs/common';
import { Conflicts } from '../cases/conflicts.js';
import type { VettingCase } from '../cases/vetting-case.entity.js';
import { VettingCases } from '../cases/vetting-cases.js';
import { TiedToBusiness } from '../vetting.problems.js';

/** Which cases somebody on the staff may open, and as whom they act. */
@Injectable()
export class CaseAccess {
  constructor(
    private readonly cases: VettingCases,
    private readonly conflicts: Conflicts,
  ) {}

  /** A case for somebody who may see it: whoever is tied to the business sees nothing of it. @throws CaseNotFound, TiedToBusiness */
  async open(who: Who, caseId: string): Promise<VettingCase> {
    const found = await this.cases.get(caseId);
    if (await this.conflicts.isTied(found.businessId, who.accountId)) throw new TiedToBusiness();
    return found;
  }
}

/** An officer as the one who acts. @throws NotAllowed for administrators, who only look */
export function officer(who: Who): Actor {
  if (!who.hasRole('vetting_officer')) throw new NotAllowed();
  return who.actor('vetting_officer');
}
