import { bundledScheme } from './bundled-scheme.js';
import { schemeDocumentSchema } from './scheme-document.js';
import type { SchemeInForce } from './scheme-in-force.js';

/** For tests: the demo scheme as the service would read it, without a database; slugs stand in for ids. */
export async function demoSchemeInForce(): Promise<SchemeInForce> {
  const document = schemeDocumentSchema.parse(await bundledScheme('dorset'));
  return {
    id: document.slug,
    slug: document.slug,
    revision: 1,
    brand: document.brand,
    contact: document.contact,
    districtCodes: document.territory.districts,
    locales: document.locales,
    policies: document.policies,
    carersServices: document.carersServices.map((service) => ({ ...service, id: service.slug })),
    regions: document.regions.map(({ slug, name, wards, carersService }, position) => ({
      id: slug,
      slug,
      name,
      position,
      wardCodes: wards,
      carersServiceId: carersService,
      towns: document.towns.filter((town) => town.region === slug).map((town) => ({ ...town, id: town.slug })),
    })),
  };
}
