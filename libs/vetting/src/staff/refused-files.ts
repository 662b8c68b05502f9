import { type EvidenceFile, EvidenceEvents } from '@carers/evidence';
import type { Tx } from '@carers/database';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { VettingCase } from '../cases/vetting-case.entity.js';
import { VettingCheck } from '../checks/vetting-check.entity.js';
import { Letters } from './letters.js';

const bySystem = { kind: 'system' as const, id: 'evidence' };

/** Tells the business when a file that waited for the virus scanner is refused after all. */
@Injectable()
export class RefusedFiles implements OnModuleInit {
  constructor(
    private readonly events: EvidenceEvents,
    private readonly letters: Letters,
  ) {}

  onModuleInit(): void {
    this.events.on('refused', (tx, file) => this.tell(tx, file));
  }

  private async tell(tx: Tx, { ownerKind, ownerId }: EvidenceFile): Promise<void> {
    if (ownerKind !== 'vetting_check') return;
    const check = await tx.findOneBy(VettingCheck, { id: ownerId });
    const about = check && (await tx.findOneBy(VettingCase, { id: check.caseId }));
    if (about) await this.letters.send(tx, about, { kind: 'file_refused', words: '', channel: 'email' }, bySystem);
  }
}
