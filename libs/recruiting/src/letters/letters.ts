import { type Actor, Audit } from '@carers/audit';
import { Categories } from '@carers/businesses';
import { Database } from '@carers/database';
import { Clock } from '@carers/kernel';
import { BrandSource, type Words } from '@carers/pages';
import { SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';
import { LeadFiles } from '../leads/lead-files.js';
import { Leaflets } from '../leaflets/leaflets.js';
import { LeafletLinks } from '../leaflets/leaflet-links.js';
import { Demand } from '../votes/demand.js';
import { type Appeal, appealOf } from './appeal.js';
import { letterPdf } from './letter-pdf.js';

/** To whom a letter goes. */
export interface Addressee {
  name: string;
  line1: string;
  line2: string | null;
  town: string | null;
  postcode: string;
}

/** Letters that ask a business to join, with its own code, so that it is known what brought it. */
@Injectable()
export class Letters {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly audit: Audit,
    private readonly files: LeadFiles,
    private readonly leaflets: Leaflets,
    private readonly links: LeafletLinks,
    private readonly demand: Demand,
    private readonly categories: Categories,
    private readonly schemes: SchemeService,
    private readonly brands: BrandSource,
  ) {}

  /** What a letter to the business of a lead would say of how many ask. @throws LeadNotFound */
  async appealFor(leadId: string): Promise<Appeal> {
    const { lead, subject } = await this.files.open(leadId);
    const { categoryId, town } = subject;
    const { regionId } = lead;
    const voices = categoryId && regionId ? await this.demand.voices({ categoryId, regionId, townName: town }) : 0;
    return appealOf(lead.supporters, voices);
  }

  /** The letter to print; that it was made is written down. @throws LeadNotFound */
  async make(leadId: string, to: Addressee, words: Words, actor: Actor): Promise<Buffer> {
    const { lead, subject } = await this.files.open(leadId);
    const [appeal, scheme, brand, category] = await Promise.all([
      this.appealFor(leadId),
      this.schemes.current(),
      this.brands.current(),
      subject.categoryId ? this.categories.byId(subject.categoryId) : null,
    ]);
    const leaflet = await this.database.transaction(async (tx) => {
      const made = await this.leaflets.ofLetter(tx, { leadId, regionId: lead.regionId, label: subject.name });
      await this.audit.record(tx, { action: 'lead.letter-made', subject: { kind: 'lead', id: leadId }, actor });
      return made;
    });
    await this.leaflets.countDownload(leaflet.id);
    const kind = words.t(`recruiting:letter.kinds.${category?.slug ?? 'any'}`);
    return letterPdf(
      {
        to: [to.name, to.line1, to.line2, to.town, to.postcode.toUpperCase()].filter((line) => line !== null),
        business: to.name,
        appealKey: appeal.key,
        appeal: { count: appeal.count, kind },
        code: leaflet.code,
        scanned: this.links.scanned(leaflet.code),
        typed: this.links.typed,
        on: this.clock.today(),
        madeAt: this.clock.now(),
        from: scheme.contact.address,
      },
      { brand, words },
    );
  }
}
