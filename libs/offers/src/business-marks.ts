import type { LocalDate } from '@carers/kernel';
import { Injectable } from '@nestjs/common';

/** Something that a business may show, as its lib announces it for public pages about the business and its offers. */
export interface BusinessMark {
  /** Catalogue key of its words; they get the `title` and the `date` on which it ends. */
  textKey: string;
  /** Catalogue key. */
  titleKey: string;
  /** The last day. */
  until: LocalDate;
  /** Where anybody can check it. */
  href: string;
}

type Source = (slug: string) => Promise<BusinessMark[]>;

/** What a business may show on its public pages. Each lib adds its own when its web module starts (`onModuleInit`). */
@Injectable()
export class BusinessMarks {
  private readonly sources: Source[] = [];

  add(source: Source): void {
    this.sources.push(source);
  }

  /** The marks of a business, by its slug. */
  async for(slug: string): Promise<BusinessMark[]> {
    return (await Promise.all(this.sources.map((source) => source(slug)))).flat();
  }
}
