const ACCENTED: Record<string, string> = {
  a: 'á', b: 'ƀ', c: 'ç', d: 'ð', e: 'é', f: 'ƒ', g: 'ĝ', h: 'ĥ', i: 'í', j: 'ĵ', k: 'ķ', l: 'ļ', n: 'ñ', o: 'ó',
  p: 'þ', r: 'ŕ', s: 'š', t: 'ţ', u: 'ú', w: 'ŵ', y: 'ý', z: 'ž', A: 'Á', B: 'Ɓ', C: 'Ç', D: 'Ð', E: 'É', F: 'Ƒ',
  G: 'Ĝ', H: 'Ĥ', I: 'Í', J: 'Ĵ', K: 'Ķ', L: 'Ļ', N: 'Ñ', O: 'Ó', P: 'Þ', R: 'Ŕ', S: 'Š', T: 'Ţ', U: 'Ú', W: 'Ŵ',
  Y: 'Ý', Z: 'Ž',
}; // prettier-ignore

/** Left as they are: placeholders, nested keys, markup, and HTML entities. */
const KEPT = /(\{\{[^}]*\}\}|\$t\([^)]*\)|<[^>]*>|&[a-z0-9#]+;)/gi;

export const PSEUDO_LOCALE = 'en-XA';

/**
 * A sentence in the pseudo-locale: letters accented and the whole wrapped in ⟦…⟧, so that a page shown in it betrays
 * every word that did not come from a catalogue. Placeholders and markup stay as they are.
 */
export function pseudo(sentence: string): string {
  const accented = sentence
    .split(KEPT)
    .map((piece, index) => (index % 2 ? piece : piece.replace(/[A-Za-z]/g, (letter) => ACCENTED[letter] ?? letter)))
    .join('');
  return `⟦${accented}⟧`;
}
