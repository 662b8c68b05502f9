import { BrandSource, demoBrand, type Brand } from '@carers/pages';
import { Injectable } from '@nestjs/common';
import type { SchemeInForce } from './scheme-in-force.js';
import { SchemeService } from './scheme.service.js';

/** Pages and messages wear the scheme's brand. */
@Injectable()
export class SchemeBrandSource extends BrandSource {
  private readonly made = new WeakMap<SchemeInForce, Brand>();

  constructor(private readonly schemes: SchemeService) {
    super();
  }

  /** Never fails: an error page must have a face when the database has none. */
  override async current(): Promise<Brand> {
    const scheme = await this.schemes.current().catch(() => this.schemes.lastKnown());
    if (!scheme) return demoBrand;
    let brand = this.made.get(scheme);
    if (!brand) {
      const { name, shortName, mark, colours } = scheme.brand;
      brand = { name, shortName, mark, colours, phone: scheme.contact.phone, email: scheme.contact.email };
      this.made.set(scheme, brand);
    }
    return brand;
  }
}
