import { BusinessMarks } from '@carers/offers';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Programmes } from '../programmes/programmes.js';
import { isForListing } from '../listing/case-file.js';
import { Register } from './register.js';

/** Shows on public pages about a business which accreditations it holds, each with a link to its page of the register. */
@Injectable()
export class RegisterMarks implements OnModuleInit {
  constructor(
    private readonly marks: BusinessMarks,
    private readonly register: Register,
    private readonly programmes: Programmes,
  ) {}

  onModuleInit(): void {
    this.marks.add(async (slug) => {
      const held = await this.register.inForce(slug);
      return Promise.all(
        held.map(async ({ programme, titleKey, until }) => ({
          textKey: isForListing(await this.programmes.current(programme))
            ? 'vetting:mark.checked'
            : 'vetting:mark.holds',
          titleKey,
          until,
          href: `/register/${slug}`,
        })),
      );
    });
  }
}
