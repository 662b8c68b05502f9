import { Database } from '@carers/database';
import { Clock, Ids } from '@carers/kernel';
import { BrandSource, type Words } from '@carers/pages';
import { SchemeService } from '@carers/places';
import { Injectable, StreamableFile } from '@nestjs/common';
import type { Referrer } from '../referrer.entity.js';
import { ReferrerKinds } from '../referrer-kinds.js';
import { ReferrerLinks } from '../referrer-links.js';
import { ReferrerEnded } from '../referrers.problems.js';
import { referrerLeafletPdf } from './leaflet-pdf.js';
import { padPdf } from './pad-pdf.js';
import { ReferrerPrint } from './referrer-print.entity.js';

/** What a pad is to be: large print is on A4 only. */
export interface PadWishes {
  paper: 'a4' | 'a5';
  large?: 'yes' | undefined;
  /** Forms in it, 1 to 50. */
  forms: number;
}

/** Leaflets and pads of a referrer as files to print. That they were fetched is counted. */
@Injectable()
export class ReferrerFiles {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly links: ReferrerLinks,
    private readonly kinds: ReferrerKinds,
    private readonly schemes: SchemeService,
    private readonly brands: BrandSource,
  ) {}

  /** @throws ReferrerEnded */
  async leaflet(referrer: Referrer, paper: 'a4' | 'a5', words: Words): Promise<StreamableFile> {
    if (referrer.endedAt) throw new ReferrerEnded();
    const file = await referrerLeafletPdf(await this.printed(referrer), await this.printing(words), { paper });
    await this.count(referrer, { what: 'leaflet', paper, large: false, forms: 0 });
    return named(file, `leaflet-${referrer.code}-${paper}.pdf`);
  }

  /** @throws ReferrerEnded */
  async pad(referrer: Referrer, wishes: PadWishes, words: Words): Promise<StreamableFile> {
    if (referrer.endedAt) throw new ReferrerEnded();
    const large = wishes.large === 'yes';
    const paper = large ? 'a4' : wishes.paper;
    const reasons = await this.kinds.reasonsOf(referrer.kind);
    const pad = { ...(await this.printed(referrer)), reasons };
    const file = await padPdf(pad, await this.printing(words), { paper, large, forms: wishes.forms });
    await this.count(referrer, { what: 'pad', paper, large, forms: wishes.forms });
    return named(file, `pad-${referrer.code}-${large ? 'large' : paper}.pdf`);
  }

  private async printed({ code, name, madeAt, carersServiceId }: Referrer) {
    const { carersServices } = await this.schemes.current();
    const { name: service, phone } = carersServices.find(({ id }) => id === carersServiceId)!;
    return {
      code,
      name,
      madeAt,
      service,
      phone,
      scanned: this.links.scanned(code),
      typed: this.links.typed(code),
    };
  }

  private async printing(words: Words) {
    return { brand: await this.brands.current(), words };
  }

  private async count(
    referrer: Referrer,
    print: Omit<ReferrerPrint, 'id' | 'referrerId' | 'printedAt'>,
  ): Promise<void> {
    const row = { id: this.ids.next(), referrerId: referrer.id, printedAt: this.clock.now(), ...print };
    await this.database.transaction((tx) => tx.insert(ReferrerPrint, row));
  }
}

function named(file: Buffer, name: string): StreamableFile {
  return new StreamableFile(file, { type: 'application/pdf', disposition: `inline; filename="${name}"` });
}
