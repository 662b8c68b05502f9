import type { Tx } from '@carers/database';
import { Injectable } from '@nestjs/common';
import type { EvidenceFile } from './evidence-file.entity.js';

/** A file that was held became ready, or was refused after all. */
export type EvidenceEvent = 'released' | 'refused';

type Listener = (tx: Tx, file: EvidenceFile) => Promise<void>;

/** Lets libs above tell people, in the same transaction, what the scanner said later. */
@Injectable()
export class EvidenceEvents {
  private readonly listeners = new Map<EvidenceEvent, Listener[]>();

  on(event: EvidenceEvent, listener: Listener): void {
    this.listeners.set(event, [...(this.listeners.get(event) ?? []), listener]);
  }

  async announce(tx: Tx, event: EvidenceEvent, file: EvidenceFile): Promise<void> {
    for (const listener of this.listeners.get(event) ?? []) await listener(tx, file);
  }
}
