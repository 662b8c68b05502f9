import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { projectRoot } from '@carers/kernel';
import {
  codeKey,
  keyCode,
  noWard,
  readGazetteerText,
  type PackedAreas,
  type PackedGazetteer,
} from './gazetteer-file.js';

/** A position in degrees, WGS 84. */
export interface Position {
  lat: number;
  lng: number;
}

/** A postcode of the file: its row (ask the gazetteer more with it), position, and ward and council where known. */
export interface KnownPostcode extends Position {
  row: number;
  wardCode: string | null;
  districtCode: string | null;
}

/** A sector or outcode: its centre and the councils it reaches into, the main one first. */
export interface Area extends Position {
  districtCodes: readonly string[];
}

/** A sector with the number of postcodes it really has, which may be more than the file lists one by one. */
export interface Sector extends Area {
  postcodes: number;
}

/** The packed postcodes of the project, looked up in memory: sorted arrays and binary search. */
export class Gazetteer {
  private static shared: Gazetteer | undefined;

  /** The project's own file, read on first use and once per process (about 0.1 s; it keeps 3 MB). */
  static load(): Gazetteer {
    const file = join(projectRoot, 'libs/places/data/gazetteer.txt.br');
    return (Gazetteer.shared ??= new Gazetteer(readGazetteerText(brotliDecompressSync(readFileSync(file)).toString())));
  }

  constructor(private readonly packed: PackedGazetteer) {}

  /** Number of postcodes listed one by one; their rows are 0 to size - 1, in the order of the codes. */
  get size(): number {
    return this.packed.postcodes.keys.length;
  }

  /** The wards that postcodes of the file lie in. */
  get wards(): readonly { code: string; name: string; districtCode: string }[] {
    return this.packed.wards.map(({ code, name, district }) => ({
      code,
      name,
      districtCode: this.districtCode(district),
    }));
  }

  /** @param postcode normalised, "BH1 1AA" */
  postcode(postcode: string): KnownPostcode | null {
    const { keys } = this.packed.postcodes;
    const key = codeKey(postcode);
    const row = firstAtLeast(keys, key);
    return keys[row] === key ? this.at(row) : null;
  }

  /** The postcode in that row. */
  at(row: number): KnownPostcode {
    const { lat, lng, ward } = this.packed.postcodes;
    const found = ward[row] === noWard ? undefined : this.packed.wards[ward[row] ?? noWard];
    return {
      row,
      lat: (lat[row] ?? 0) / 100_000,
      lng: (lng[row] ?? 0) / 100_000,
      wardCode: found?.code ?? null,
      districtCode: found ? this.districtCode(found.district) : null,
    };
  }

  /** The code of the postcode in that row, normalised. */
  codeAt(row: number): string {
    return keyCode(this.packed.postcodes.keys[row] ?? 0);
  }

  /** Rows of the listed postcodes that begin with a sector ("BH1 1") or outcode ("BH1"): from, up to but not with. */
  rowsOf(code: string): { from: number; to: number } {
    const places = code.includes(' ') ? 37 ** 2 : 37 ** 3;
    const key = codeKey(code);
    const { keys } = this.packed.postcodes;
    return { from: firstAtLeast(keys, key * places), to: firstAtLeast(keys, (key + 1) * places) };
  }

  sector(code: string): Sector | null {
    const row = exactly(this.packed.sectors.keys, codeKey(code));
    if (row < 0) return null;
    return { ...this.area(this.packed.sectors, row), postcodes: this.packed.sectors.postcodes[row] ?? 0 };
  }

  outcode(code: string): Area | null {
    const row = exactly(this.packed.outcodes.keys, codeKey(code));
    return row < 0 ? null : this.area(this.packed.outcodes, row);
  }

  /** A name that people know for an outcode: its town, else its council; null for an outcode that is not known. */
  labelOf(outcode: string): string | null {
    const row = exactly(this.packed.outcodes.keys, codeKey(outcode));
    if (row < 0) return null;
    const main = this.packed.outcodes.districts[row]?.[0];
    return (
      this.packed.outcodes.labels[row] || (main === undefined ? null : (this.packed.districts[main]?.name ?? null))
    );
  }

  /** The name of a council; null when its code is not known. */
  districtName(code: string): string | null {
    return this.packed.districts.find((district) => district.code === code)?.name || null;
  }

  /** The listed postcode nearest to a position among those that `fits` takes; null when none does. */
  nearest(to: Position, fits: (row: number) => boolean): KnownPostcode | null {
    const { lat, lng } = this.packed.postcodes;
    const narrowing = Math.cos((to.lat * Math.PI) / 180);
    let best = -1;
    let least = Infinity;
    for (let row = 0; row < lat.length; row++) {
      const north = (lat[row] ?? 0) - to.lat * 100_000;
      const east = ((lng[row] ?? 0) - to.lng * 100_000) * narrowing;
      const square = north * north + east * east;
      if (square < least && fits(row)) {
        least = square;
        best = row;
      }
    }
    return best < 0 ? null : this.at(best);
  }

  private area(areas: PackedAreas, row: number): Area {
    return {
      lat: (areas.lat[row] ?? 0) / 10_000,
      lng: (areas.lng[row] ?? 0) / 10_000,
      districtCodes: (areas.districts[row] ?? []).map((index) => this.districtCode(index)),
    };
  }

  private districtCode(index: number): string {
    return this.packed.districts[index]?.code ?? '';
  }
}

/** Row of the first key that is not less than this one; the number of keys when all are less. */
function firstAtLeast(keys: Float64Array, key: number): number {
  let from = 0;
  let to = keys.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((keys[middle] ?? 0) < key) from = middle + 1;
    else to = middle;
  }
  return from;
}

function exactly(keys: Float64Array, key: number): number {
  const row = firstAtLeast(keys, key);
  return keys[row] === key ? row : -1;
}
