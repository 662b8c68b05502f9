import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fontIn } from './woff.js';

export type Weight = 400 | 700;

/** Atkinson Hyperlegible comes in two files: the letters of western Europe, and the rest of the Latin ones ("ł"). */
export const fontSubsets = ['latin', 'latin-ext'] as const;
export type FontSubset = (typeof fontSubsets)[number];

const require = createRequire(import.meta.url);
const files = new Map<string, Buffer>();

/** The file of the face that holds a subset's letters, unpacked; read once for a process. */
export function fontFile(subset: FontSubset, weight: Weight): Buffer {
  const name = `atkinson-hyperlegible-${subset}-${weight}-normal.woff`;
  let file = files.get(name);
  if (!file) {
    file = fontIn(readFileSync(require.resolve(`@fontsource/atkinson-hyperlegible/files/${name}`)));
    files.set(name, file);
  }
  return file;
}
