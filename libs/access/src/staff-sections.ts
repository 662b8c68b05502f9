import { Injectable } from '@nestjs/common';
import type { StaffRole } from './roles.js';
import type { Who } from './who.js';

/** A part of the staff pages, as its lib announces it. */
export interface StaffSection {
  roles: readonly StaffRole[];
  href: string;
  /** Catalogue key of its name; `<titleKey>-hint`, where there is one, says what is done there. */
  titleKey: string;
  /** How many things wait there for somebody. */
  count?: () => Promise<number>;
}

/** A section as somebody sees it on the staff home page. */
export interface OpenSection {
  href: string;
  titleKey: string;
  waiting: number | null;
}

/** The parts of the staff pages. Each lib adds its own when its web module starts (`onModuleInit`). */
@Injectable()
export class StaffSections {
  private readonly sections: StaffSection[] = [];

  add(section: StaffSection): void {
    this.sections.push(section);
  }

  /** Those that somebody may open, in the order of their addresses. */
  async for(who: Who): Promise<OpenSection[]> {
    const open = this.sections
      .filter(({ roles }) => who.hasAnyRole(roles))
      .sort((one, other) => one.href.localeCompare(other.href));
    return Promise.all(
      open.map(async ({ href, titleKey, count }) => ({ href, titleKey, waiting: count ? await count() : null })),
    );
  }
}
