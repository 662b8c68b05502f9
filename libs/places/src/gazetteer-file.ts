/** One section's rows of the packed file, as columns. */
export interface PackedGazetteer {
  districts: { code: string; name: string }[];
  wards: { code: string; district: number; name: string }[];
  outcodes: PackedAreas & { labels: string[] };
  sectors: PackedAreas & { postcodes: Uint16Array };
  postcodes: { keys: Float64Array; lat: Int32Array; lng: Int32Array; ward: Uint16Array };
}

/** Sectors or outcodes, sorted by key. Positions in 1/10,000 of a degree; districts by row number, the main one first. */
export interface PackedAreas {
  keys: Float64Array;
  lat: Int32Array;
  lng: Int32Array;
  districts: number[][];
}

/** Row number that stands for "no ward known". */
export const noWard = 0xffff;

const heading = 'carers-gazetteer 1';
const alphabet = ' 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/**
 * A number that sorts as the code does: outward code filled up to four places, then what there is of the inward code.
 * Takes "BH1 1AA", "BH1 1" and "BH1"; never compare keys of different kinds.
 */
export function codeKey(code: string): number {
  const space = code.indexOf(' ');
  const outward = space < 0 ? code : code.slice(0, space);
  let key = 0;
  for (let place = 0; place < 4; place++) key = key * 37 + Math.max(0, alphabet.indexOf(outward[place] ?? ' '));
  if (space >= 0) for (const character of code.slice(space + 1)) key = key * 37 + alphabet.indexOf(character);
  return key;
}

/** The postcode that has this key. */
export function keyCode(key: number): string {
  let packed = '';
  for (let rest = key; packed.length < 7; rest = Math.floor(rest / 37)) packed = alphabet[rest % 37] + packed;
  return `${packed.slice(0, 4).trimEnd()} ${packed.slice(4)}`;
}

/** Reads the unpacked text of `gazetteer.txt.br`; its form is described in data/README.md. */
export function readGazetteerText(text: string): PackedGazetteer {
  const lines = text.split('\n');
  let next = 0;
  if (lines[next++] !== heading) throw new Error(`Not a gazetteer: its first line is not "${heading}".`);

  const open = (section: string): number => {
    const [name, rows] = (lines[next++] ?? '').split(' ');
    if (name !== section) throw new Error(`The gazetteer has "${name}" where "${section}" should be.`);
    return Number(rows);
  };
  const columns = () => (lines[next++] ?? '').split('\t');
  const number = (base36: string | undefined) => parseInt(base36 ?? '', 36);
  const rows = <Row>(count: number, read: () => Row): Row[] => Array.from({ length: count }, read);

  const districts = rows(open('districts'), () => {
    const [code = '', name = ''] = columns();
    return { code, name };
  });
  const wards = rows(open('wards'), () => {
    const [code = '', district, name = ''] = columns();
    return { code, district: number(district), name };
  });

  const areas = (count: number, last: (row: number, column: string[]) => string | undefined): PackedAreas => {
    const found = { ...emptyPoints(count), districts: [] as number[][] };
    let lat = 0;
    let lng = 0;
    for (let row = 0; row < count; row++) {
      const column = columns();
      found.keys[row] = codeKey(column[0] ?? '');
      found.lat[row] = lat += number(column[1]);
      found.lng[row] = lng += number(column[2]);
      const codes = last(row, column);
      found.districts.push(codes ? codes.split(',').map(number) : []);
    }
    return found;
  };
  const labels: string[] = [];
  const outcodes = areas(open('outcodes'), (_row, column) => {
    labels.push(column[4] ?? '');
    return column[3];
  });
  const sectorCount = open('sectors');
  const inSector = new Uint16Array(sectorCount);
  const sectors = areas(sectorCount, (row, column) => {
    inSector[row] = number(column[3]);
    return column[4];
  });

  const count = open('postcodes');
  const postcodes = { ...emptyPoints(count), ward: new Uint16Array(count) };
  let lat = 0;
  let lng = 0;
  let ward = noWard;
  let sector = 0;
  for (let row = 0; row < count;) {
    const line = lines[next] ?? '';
    if (line.startsWith('=')) {
      sector = codeKey(line.slice(1)) * 37 * 37;
      next++;
      continue;
    }
    const [unit = '', latStep, lngStep, changed] = columns();
    if (changed !== undefined) ward = changed === '-' ? noWard : number(changed);
    postcodes.keys[row] = sector + alphabet.indexOf(unit[0] ?? '') * 37 + alphabet.indexOf(unit[1] ?? '');
    postcodes.lat[row] = lat += number(latStep);
    postcodes.lng[row] = lng += number(lngStep);
    postcodes.ward[row] = ward;
    row++;
  }
  return {
    districts,
    wards,
    outcodes: { ...outcodes, labels },
    sectors: { ...sectors, postcodes: inSector },
    postcodes,
  };
}

function emptyPoints(count: number) {
  return { keys: new Float64Array(count), lat: new Int32Array(count), lng: new Int32Array(count) };
}
