/**
 * Packs open postcode data into `gazetteer.txt.br`, the one file that the places lib reads.
 *
 *     node libs/places/data/pack.mjs <folder> [postcodes.csv …]
 *
 * <folder> holds local-authority-districts.csv, gb-outcodes.csv, gb-postcode-sectors.csv, ni-outcodes.csv,
 * uk-outcode-towns.csv, one or more ward tables (wards-*.csv) and the postcode files named after it (default
 * postcodes-bcp-dorset.csv). README.md beside this script says where they come from and describes the packed form.
 * The same input gives the same bytes: rows are sorted by code unit and nothing depends on the clock or the locale.
 */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';
import { parse } from 'csv-parse/sync';

const [folder, ...named] = process.argv.slice(2);
if (!folder) {
  console.error('Usage: node libs/places/data/pack.mjs <folder with the CSV files> [postcodes.csv …]');
  process.exit(2);
}
const postcodeFiles = named.length > 0 ? named : ['postcodes-bcp-dorset.csv'];
const wardFiles = readdirSync(folder).filter((name) => /^wards-.*\.csv$/.test(name)).sort();

/** Positions: whole 1/100,000 of a degree for postcodes (about 1 m), 1/10,000 for sectors and outcodes (about 10 m). */
const FINE = 100_000;
const COARSE = 10_000;

const read = (name) => parse(readFileSync(join(folder, name)), { columns: true, bom: true, skip_empty_lines: true });
const byCode = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
const base36 = (number) => number.toString(36);

const postcodes = postcodeFiles.flatMap(read).sort((a, b) => byCode(a.postcode, b.postcode));
const outcodes = read('gb-outcodes.csv').concat(read('ni-outcodes.csv'));
const sectors = read('gb-postcode-sectors.csv').sort((a, b) => byCode(a.code, b.code));
const labels = new Map(read('uk-outcode-towns.csv').map((row) => [row.outcode, row.town || row.region]));

const districtCodes = [...new Set(outcodes.concat(sectors).flatMap((row) => codesOf(row)))].sort(byCode);
const districtNames = new Map(read('local-authority-districts.csv').map((row) => [row.district_code, row.district_name]));
const districtIndex = new Map(districtCodes.map((code, index) => [code, index]));

const wardNames = new Map(wardFiles.flatMap(read).map((row) => [row.ward_code, row.ward_name]));
const wards = new Map();
for (const row of postcodes) if (row.ward_code) wards.set(row.ward_code, row.district_code);
const wardCodes = [...wards.keys()].sort(byCode);
const wardIndex = new Map(wardCodes.map((code, index) => [code, index]));

const lines = ['carers-gazetteer 1'];
section('districts', districtCodes, (code) => [code, districtNames.get(code) ?? '']);
section('wards', wardCodes, (code) => [code, base36(districtIndex.get(wards.get(code))), wardNames.get(code) ?? '']);

outcodes.sort((a, b) => byCode(a.code, b.code));
let at = origin();
section('outcodes', outcodes, (row) => [row.code, ...step(row, COARSE), districtsOf(row), labels.get(row.code) ?? '']);
at = origin();
section('sectors', sectors, (row) => [row.code, ...step(row, COARSE), base36(Number(row.postcodes)), districtsOf(row)]);

// One line a postcode: the unit letters, the step from the postcode before, and the ward where it changes. A line
// that begins with "=" opens a new sector.
at = origin();
lines.push(`postcodes ${postcodes.length}`);
let sector = '';
let ward = '';
for (const row of postcodes) {
  const inSector = row.postcode.slice(0, -2);
  if (inSector !== sector) lines.push(`=${(sector = inSector)}`);
  const index = row.ward_code ? base36(wardIndex.get(row.ward_code)) : '-';
  lines.push([row.postcode.slice(-2), ...step(row, FINE), ...(index === ward ? [] : [index])].join('\t'));
  ward = index;
}

const packed = brotliCompressSync(lines.join('\n') + '\n', {
  params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 22 },
});
writeFileSync(fileURLToPath(new URL('gazetteer.txt.br', import.meta.url)), packed);
console.log(`${postcodes.length} postcodes, ${sectors.length} sectors, ${outcodes.length} outcodes: ${packed.length} bytes`);

function codesOf(row) {
  return (row.district_codes ?? '').split(' ').filter(Boolean);
}

/** The main district first, then the others, as indexes joined by commas. */
function districtsOf(row) {
  const others = codesOf(row).filter((code) => code !== row.main_district_code);
  return [row.main_district_code, ...others].filter(Boolean).map((code) => base36(districtIndex.get(code))).join(',');
}

function section(name, rows, columns) {
  lines.push(`${name} ${rows.length}`);
  for (const row of rows) lines.push(columns(row).join('\t'));
}

function origin() {
  return { lat: 0, lng: 0 };
}

/** How far this row lies from the one before it: small numbers pack well because codes in order are neighbours. */
function step(row, scale) {
  const lat = Math.round(Number(row.lat) * scale);
  const lng = Math.round(Number(row.lng) * scale);
  const moved = [base36(lat - at.lat), base36(lng - at.lng)];
  at = { lat, lng };
  return moved;
}
