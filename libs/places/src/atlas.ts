import { outcodeOf, postcodeReadings, sectorOf } from './postcode.js';
import type { Gazetteer, Position } from './gazetteer.js';
import { OutsideTerritory, PostcodeNotValid } from './places.problems.js';
import type { SchemeInForce, Town } from './scheme-in-force.js';

/** How exactly a position is known: the postcode itself, or the middle of its sector or outcode. */
export type Precision = 'postcode' | 'sector' | 'outcode';

/** Where a postcode of Great Britain or Northern Ireland is. */
export interface Located extends Position {
  /** Normalised, "BH1 1AA". */
  postcode: string;
  precision: Precision;
}

/** A postcode of the territory. */
export interface Place extends Located {
  regionId: string;
  regionSlug: string;
  regionName: string;
  /** The nearest town of the region: a label, not an address. */
  town: string;
  townSlug: string;
}

const outside = -1;

/** The map of one scheme: which postcode lies in which region. In memory, no input or output. */
export class Atlas {
  private readonly regionOfRow: Int16Array;
  private readonly districts: ReadonlySet<string>;

  constructor(
    private readonly gazetteer: Gazetteer,
    private readonly scheme: SchemeInForce,
  ) {
    this.districts = new Set(scheme.districtCodes);
    const regionOfWard = new Map(
      scheme.regions.flatMap((region, index) => region.wardCodes.map((ward) => [ward, index])),
    );
    this.regionOfRow = new Int16Array(gazetteer.size);
    for (let row = 0; row < gazetteer.size; row++) {
      const { wardCode, districtCode } = gazetteer.at(row);
      const served = wardCode !== null && districtCode !== null && this.districts.has(districtCode);
      this.regionOfRow[row] = served ? (regionOfWard.get(wardCode) ?? outside) : outside;
    }
  }

  /**
   * The region and position of a postcode, however typed. One that is not listed gets those of its sector or outcode.
   * @throws PostcodeNotValid when it cannot be a postcode
   * @throws OutsideTerritory when the scheme does not serve it
   */
  find(typed: string): Place {
    const postcode = this.read(typed);
    const known = this.gazetteer.postcode(postcode);
    if (known) {
      let region = this.regionOfRow[known.row] ?? outside;
      // A few postcodes are listed without a council: they are where their outcode mostly is.
      if (region === outside && known.districtCode === null && this.serves(this.outcode(postcode).districtCodes[0])) {
        region = this.regionNear(known);
      }
      if (region === outside) throw this.isOutside(postcode, known.districtCode);
      return this.place(postcode, region, known, 'postcode');
    }
    const sector = this.gazetteer.sector(sectorOf(postcode));
    if (sector) {
      const rows = this.gazetteer.rowsOf(sectorOf(postcode));
      // Where every postcode of the sector is listed, this one is new and may lie in any of its councils. Where those
      // of other councils were left out, it is most likely one of them, so the sector's main council decides.
      const allListed = rows.to - rows.from >= sector.postcodes;
      const served = allListed
        ? sector.districtCodes.some((code) => this.serves(code))
        : this.serves(sector.districtCodes[0]);
      if (!served) throw this.isOutside(postcode, sector.districtCodes[0]);
      return this.middle(postcode, rows, sector, 'sector');
    }
    const outcode = this.outcode(postcode);
    if (!this.serves(outcode.districtCodes[0])) throw this.isOutside(postcode, outcode.districtCodes[0]);
    return this.middle(postcode, this.gazetteer.rowsOf(outcodeOf(postcode)), outcode, 'outcode');
  }

  /**
   * Where a postcode is, in the territory or not: for distances.
   * @throws PostcodeNotValid
   */
  locate(typed: string): Located {
    const postcode = this.read(typed);
    const known = this.gazetteer.postcode(postcode);
    if (known) return { postcode, lat: known.lat, lng: known.lng, precision: 'postcode' };
    const sector = this.gazetteer.sector(sectorOf(postcode));
    const { lat, lng } = sector ?? this.outcode(postcode);
    return { postcode, lat, lng, precision: sector ? 'sector' : 'outcode' };
  }

  private read(typed: string): string {
    const readings = postcodeReadings(typed);
    const real = readings.filter((reading) => this.gazetteer.outcode(outcodeOf(reading)));
    const [only, another] = real;
    if (only === undefined || another !== undefined) throw new PostcodeNotValid();
    return only;
  }

  private outcode(postcode: string) {
    const area = this.gazetteer.outcode(outcodeOf(postcode));
    if (!area) throw new PostcodeNotValid();
    return area;
  }

  private serves(districtCode: string | undefined): boolean {
    return districtCode !== undefined && this.districts.has(districtCode);
  }

  private regionNear(position: Position): number {
    const nearest = this.gazetteer.nearest(position, (row) => this.regionOfRow[row] !== outside);
    return nearest ? (this.regionOfRow[nearest.row] ?? outside) : outside;
  }

  /** The middle of the served postcodes among these rows, in the region most of them are in. */
  private middle(postcode: string, rows: { from: number; to: number }, centre: Position, precision: Precision): Place {
    const votes = new Map<number, number>();
    let [lat, lng, count] = [0, 0, 0];
    for (let row = rows.from; row < rows.to; row++) {
      const region = this.regionOfRow[row] ?? outside;
      if (region === outside) continue;
      votes.set(region, (votes.get(region) ?? 0) + 1);
      const at = this.gazetteer.at(row);
      lat += at.lat;
      lng += at.lng;
      count++;
    }
    if (count === 0) {
      const region = this.regionNear(centre);
      if (region === outside) throw this.isOutside(postcode, null);
      return this.place(postcode, region, centre, precision);
    }
    const [region = outside] = [...votes].reduce((most, one) => (one[1] > most[1] ? one : most));
    const round = (sum: number) => Math.round((sum / count) * 10_000) / 10_000;
    return this.place(postcode, region, { lat: round(lat), lng: round(lng) }, precision);
  }

  private place(postcode: string, regionIndex: number, { lat, lng }: Position, precision: Precision): Place {
    const region = this.scheme.regions[regionIndex]!;
    const town = nearestTown(region.towns, { lat, lng });
    return {
      postcode,
      lat,
      lng,
      precision,
      regionId: region.id,
      regionSlug: region.slug,
      regionName: region.name,
      town: town?.name ?? region.name,
      townSlug: town?.slug ?? region.slug,
    };
  }

  private isOutside(postcode: string, districtCode: string | null | undefined): OutsideTerritory {
    // Naming the town of an outcode that is mostly ours would sound wrong for its far edge: then name the council.
    const mostlyOurs = this.serves(this.outcode(postcode).districtCodes[0]);
    const council = districtCode ? this.gazetteer.districtName(districtCode) : null;
    const town = (mostlyOurs ? council : null) ?? this.gazetteer.labelOf(outcodeOf(postcode)) ?? council ?? postcode;
    return new OutsideTerritory(postcode, town, this.scheme.brand.name);
  }
}

function nearestTown(towns: readonly Town[], to: Position): Town | undefined {
  const narrowing = Math.cos((to.lat * Math.PI) / 180);
  const square = (town: Town) => (town.lat - to.lat) ** 2 + ((town.lng - to.lng) * narrowing) ** 2;
  return towns.reduce<Town | undefined>(
    (best, town) => (best && square(best) <= square(town) ? best : town),
    undefined,
  );
}
