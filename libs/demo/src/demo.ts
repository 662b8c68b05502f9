import { Database } from '@carers/database';
import { bundledScheme, SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';
import { DemoMarks } from './demo-marks.js';
import { DemoPeople, type DemoPerson } from './demo-people.js';
import type { DemoPart } from './demo-part.js';
import { ApplicationsPart } from './parts/applications.part.js';
import { BulletinsPart } from './parts/bulletins.part.js';
import { BusinessesPart } from './parts/businesses.part.js';
import { CardsPart } from './parts/cards.part.js';
import { ChainsPart } from './parts/chains.part.js';
import { HistoryPart } from './parts/history.part.js';
import { PeoplePart } from './parts/people.part.js';
import { RecruitingPart } from './parts/recruiting.part.js';
import { ReferrersPart } from './parts/referrers.part.js';
import { VettingPart } from './parts/vetting.part.js';

/** The demo scheme: a county's card with its people, businesses and a history, all of it invented. */
@Injectable()
export class Demo {
  private readonly parts: readonly DemoPart[];

  constructor(
    private readonly database: Database,
    private readonly schemes: SchemeService,
    private readonly marks: DemoMarks,
    private readonly demoPeople: DemoPeople,
    people: PeoplePart,
    businesses: BusinessesPart,
    cards: CardsPart,
    applications: ApplicationsPart,
    history: HistoryPart,
    chains: ChainsPart,
    recruiting: RecruitingPart,
    vetting: VettingPart,
    referrers: ReferrersPart,
    bulletins: BulletinsPart,
  ) {
    const first = [people, businesses, cards, applications, history];
    this.parts = [...first, chains, recruiting, vetting, referrers, bulletins];
  }

  /**
   * Loads what is not loaded yet, part by part, each in a transaction of its own.
   * @param onlyIfEmpty leaves a database alone that serves a scheme which is not the demo's
   * @returns whether anything was loaded
   */
  async load(
    options: { onlyIfEmpty?: boolean } = {},
    progress: (sentence: string) => void = () => undefined,
  ): Promise<boolean> {
    const loaded = await this.marks.loaded();
    if (loaded.length === this.parts.length + 1) return false;
    if (options.onlyIfEmpty && loaded.length === 0 && (await this.marks.anyScheme())) return false;

    const document = await bundledScheme('dorset');
    const fresh = await this.database.transaction(async (tx) => {
      if (!(await this.marks.claim(tx, 'scheme'))) return false;
      await this.schemes.importScheme(tx, document);
      await this.marks.mark(tx, 'scheme');
      return true;
    });
    if (fresh) progress('The scheme, its regions and carers services');
    this.schemes.forget();
    await this.schemes.current();
    for (const part of this.parts) {
      const load = await part.prepare();
      const said = await this.database.transaction(async (tx) => {
        if (!(await this.marks.claim(tx, part.name))) return null;
        const words = await load(tx);
        await this.marks.mark(tx, part.name);
        return words;
      });
      if (said) progress(said);
    }
    return true;
  }

  /** Whom a newcomer can sign in as: those of the demo who are there. */
  async people(): Promise<DemoPerson[]> {
    return this.demoPeople.present();
  }
}
