import type { Brand, SchemeContact } from './brand.js';
import type { DatedPolicy } from './policy.js';

/** A town of a region: for the town filter and for labels. Position in degrees. */
export interface Town {
  id: string;
  slug: string;
  name: string;
  lat: number;
  lng: number;
}

/** The team that sends carers information. */
export interface CarersServiceContact {
  id: string;
  slug: string;
  name: string;
  email: string;
  phone: string;
  web: string;
  /** Lines of the postal address, the postcode last. */
  address: readonly string[];
}

/** A part of the territory, served by one carers service. */
export interface SchemeRegion {
  id: string;
  slug: string;
  name: string;
  /** Order in lists, from 0. */
  position: number;
  wardCodes: readonly string[];
  carersServiceId: string;
  towns: readonly Town[];
}

/** The scheme of this deployment with all that belongs to it, as last read. Never changed in place. */
export interface SchemeInForce {
  id: string;
  slug: string;
  /** Goes up with every change: equal revisions are equal schemes. */
  revision: number;
  brand: Brand;
  contact: SchemeContact;
  districtCodes: readonly string[];
  /** Languages offered, the default first. */
  locales: readonly string[];
  /** The latest first. */
  policies: readonly DatedPolicy[];
  /** In their order in lists. */
  regions: readonly SchemeRegion[];
  carersServices: readonly CarersServiceContact[];
}
