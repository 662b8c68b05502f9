import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Atlas } from './atlas.js';
import { demoSchemeInForce } from './demo-scheme.fixture.js';
import { Gazetteer } from './gazetteer.js';
import { OutsideTerritory, PostcodeNotValid } from './places.problems.js';

const gazetteer = Gazetteer.load();
const served = ['E06000058', 'E06000059'];
let atlas: Atlas;
beforeAll(async () => {
  atlas = new Atlas(gazetteer, await demoSchemeInForce());
});

const postcodes = () => Array.from({ length: gazetteer.size }, (_, row) => gazetteer.codeAt(row));
const outsideFor = (typed: string) => {
  try {
    return atlas.find(typed);
  } catch (problem) {
    if (problem instanceof OutsideTerritory) return problem;
    throw problem;
  }
};

describe('the map of the demo scheme', () => {
  it('knows all 24,512 postcodes collected, and where each is', () => {
    const codes = postcodes();
    expect(codes).toHaveLength(24_512);
    expect(new Set(codes).size).toBe(24_512);
    for (const [row, code] of codes.entries()) {
      const known = gazetteer.postcode(code);
      expect(known?.row).toBe(row);
      if (known!.lat < 50.4 || known!.lat > 51.2 || known!.lng < -3.1 || known!.lng > -1.6) throw new Error(code);
    }
  });

  it('gives every postcode of the two councils one region, and none to the others', () => {
    const counts = new Map<string, number>();
    let outside = 0;
    for (const code of postcodes()) {
      const known = gazetteer.postcode(code)!;
      const found = outsideFor(code);
      const ours = known.districtCode === null || served.includes(known.districtCode);
      if (found instanceof OutsideTerritory === ours) throw new Error(`${code} is in ${known.districtCode}`);
      if (found instanceof OutsideTerritory) outside++;
      else {
        if (found.precision !== 'postcode' || found.postcode !== code) throw new Error(code);
        counts.set(found.regionSlug, (counts.get(found.regionSlug) ?? 0) + 1);
      }
    }
    expect(outside).toBe(1_808);
    expect(counts.size).toBe(12);
    expect([...counts.values()].reduce((sum, count) => sum + count)).toBe(22_704);
    expect(Math.min(...counts.values())).toBeGreaterThan(300);
  });

  it.each([
    ['bh2 6le', 'bournemouth', 'Bournemouth'],
    ['BH151AB', 'poole', 'Poole'],
    [' bh23 1ab', 'christchurch', 'Christchurch'],
    ['BH19 1AB', 'swanage-and-purbeck', 'Swanage'],
    ['BH21 1AA', 'wimborne-and-ferndown', 'Wimborne Minster'],
    ['DT11 7AB', 'blandford', 'Blandford Forum'],
    ['SP7 8AA', 'shaftesbury-and-gillingham', 'Shaftesbury'],
    ['DT9 3AB', 'sherborne', 'Sherborne'],
    ['DT1 1AB', 'dorchester', 'Dorchester'],
    ['DT4 8AA', 'weymouth', 'Weymouth'],
    ['DT5 1AA', 'portland', 'Fortuneswell'],
    ['DT6 3AB', 'bridport-and-lyme-regis', 'Bridport'],
  ])('finds %j in %s, near %s', (typed, region, town) => {
    expect(atlas.find(typed)).toMatchObject({ regionSlug: region, town });
  });

  it('reads a listed postcode typed with O for 0 and I for 1', () => {
    fc.assert(
      fc.property(fc.nat(gazetteer.size - 1), (row) => {
        const code = gazetteer.codeAt(row);
        const mixed = code.toLowerCase().replace(/0/g, 'o').replace(/1/g, 'i').replace(' ', '');
        expect(atlas.locate(mixed).postcode).toBe(code);
      }),
    );
  });

  it('places a postcode that is listed without a council by its nearest neighbour', () => {
    expect(gazetteer.postcode('DT2 7FW')?.districtCode).toBeNull();
    expect(atlas.find('DT2 7FW')).toMatchObject({ regionSlug: 'dorchester', precision: 'postcode' });
  });

  it('falls back to the sector of a postcode that is not listed', () => {
    expect(gazetteer.postcode('DT5 1ZZ')).toBeNull();
    const place = atlas.find('dt51zz');
    expect(place).toMatchObject({ postcode: 'DT5 1ZZ', precision: 'sector', regionSlug: 'portland' });
    expect(place.lat).toBeCloseTo(50.557, 2);
  });

  it('falls back to the outcode where the sector is not known either', () => {
    expect(gazetteer.sector('DT5 7')).toBeNull();
    expect(atlas.find('DT5 7ZZ')).toMatchObject({ precision: 'outcode', regionSlug: 'portland' });
  });

  it('takes a new postcode of a fully listed sector that reaches over the border', () => {
    expect(gazetteer.sector('BH24 2')!.districtCodes.length).toBeGreaterThan(1);
    expect(atlas.find('BH24 2ZZ')).toMatchObject({ precision: 'sector', regionSlug: 'wimborne-and-ferndown' });
  });

  it('leaves a sector that is mostly another council’s, and not fully listed, to that council', () => {
    expect(gazetteer.sector('SP5 5')!.districtCodes).toContain('E06000059');
    expect(() => atlas.find('SP5 5ZZ')).toThrow(OutsideTerritory);
  });

  it.each([
    ['BH24 1AA', 'Ringwood'],
    ['BH25 5AA', 'New Milton'],
    ['SW1A 1AA', 'Westminster'],
    ['le1 1aa', 'Leicester'],
    ['BT1 1AA', 'Belfast'],
    ['BH23 8AA', 'New Forest'],
  ])('says kindly that %s in %s is outside', (typed, town) => {
    const problem = outsideFor(typed);
    expect(problem).toBeInstanceOf(OutsideTerritory);
    expect((problem as OutsideTerritory).params).toMatchObject({ town, scheme: 'Dorset Carers Card' });
  });

  it('locates postcodes anywhere for distances', () => {
    expect(atlas.locate('SW1A1AA')).toMatchObject({ postcode: 'SW1A 1AA', precision: 'sector' });
    expect(atlas.locate('SW1A1AA').lat).toBeCloseTo(51.5, 1);
    expect(atlas.locate('BT1 1AA')).toMatchObject({ precision: 'outcode' });
    expect(atlas.locate('BH25 5AB').precision).toMatch(/postcode|sector/);
  });

  it.each(['ZZ9 9ZZ', 'QX1 1AA', 'BH1', 'hello'])('refuses %j, which is no place at all', (typed) => {
    expect(() => atlas.find(typed)).toThrow(PostcodeNotValid);
    expect(() => atlas.locate(typed)).toThrow(PostcodeNotValid);
  });
});
