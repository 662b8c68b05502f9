import { Clock, isUuid } from '@carers/kernel';
import { Settings } from '@carers/settings';
import { Injectable } from '@nestjs/common';
import { readBounceMail } from './bounce-mail.js';
import { Settlements } from './settlements.js';
import { bouncesOf, deliveryOf } from './verp.js';

/** What an import found. */
export interface BounceImportReport {
  read: number;
  hard: number;
  soft: number;
  complaints: number;
  /** Mails that are no report, or about none of our copies. */
  leftAlone: number;
}

/** Takes the mails of the bounce mailbox, in any order and as often as somebody likes. */
@Injectable()
export class BounceImport {
  constructor(
    private readonly settings: Settings,
    private readonly settlements: Settlements,
    private readonly clock: Clock,
  ) {}

  async take(mails: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>): Promise<BounceImportReport> {
    const report: BounceImportReport = { read: 0, hard: 0, soft: 0, complaints: 0, leftAlone: 0 };
    for await (const raw of mails) {
      report.read++;
      const mail = await readBounceMail(raw).catch(() => null);
      const deliveryId = mail && this.deliveryIn(mail);
      const ours =
        mail && deliveryId && (await this.settlements.take({ deliveryId, kind: mail.kind, at: this.clock.now() }));
      if (!ours) report.leftAlone++;
      else if (mail.kind === 'complaint') report.complaints++;
      else report[mail.kind]++;
    }
    return report;
  }

  /** The copy's own address is sealed; its Message-ID is a random id that only its reader knows. */
  private deliveryIn({ recipients, messageId }: { recipients: string[]; messageId: string | null }): string | null {
    const bounces = bouncesOf(this.settings);
    for (const recipient of bounces ? recipients : []) {
      const delivery = deliveryOf(recipient, bounces!);
      if (delivery) return delivery;
    }
    const id = messageId?.split('@')[0] ?? '';
    return isUuid(id) ? id : null;
  }
}
