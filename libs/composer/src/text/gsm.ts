/** Signs of print that a text message has only as those of a typewriter: the same to a reader, a third of the price. */
const equivalents: Readonly<Record<string, string>> = {
  '‘': "'",
  '’': "'",
  '‚': ',',
  '‛': "'",
  '′': "'",
  '“': '"',
  '”': '"',
  '„': '"',
  '″': '"',
  '‐': '-',
  '‑': '-',
  '‒': '-',
  '–': '-',
  '—': '-',
  '−': '-',
  '…': '...',
  '•': '-',
  '·': '.',
  '\u00a0': ' ',
  '\u2009': ' ',
  '\u202f': ' ',
  '\u00ad': '',
  '\u200b': '',
  '`': "'",
  '´': "'",
};
const pattern = new RegExp(`[${Object.keys(equivalents).join('')}]`, 'gu');

/** A text with those signs replaced, and which they were. */
export function withGsmSigns(text: string): { text: string; replaced: string[] } {
  const replaced = new Set<string>();
  const changed = text.normalize('NFC').replace(pattern, (sign) => {
    replaced.add(sign);
    return equivalents[sign]!;
  });
  return { text: changed, replaced: [...replaced] };
}
