/** Longest mark taken, in characters. */
const longestMark = 8_000;

const drawn = ['path', 'circle', 'ellipse', 'rect', 'line', 'polyline', 'polygon'];
const elements = new Set(['svg', 'g', ...drawn]);
const attributes = new Set(
  (
    'xmlns viewBox d cx cy r rx ry x y x1 y1 x2 y2 width height points transform fill fill-rule clip-rule ' +
    'fill-opacity stroke stroke-width stroke-linecap stroke-linejoin stroke-opacity opacity aria-hidden focusable'
  ).split(' '),
);

/** Letters, digits and the marks of paths, numbers, colours and transforms: no colon, no quotes, no entities. */
const plainValue = /^[\w\s.,#%()+-]*$/;
const tag = /<(\/?)([a-zA-Z]+)((?:\s+[a-zA-Z][\w-]*\s*=\s*"[^"<>]*")*)\s*(\/?)>/y;
const attribute = /([a-zA-Z][\w-]*)\s*=\s*"([^"]*)"/g;

/**
 * Checks a scheme's mark, which is put into pages as it is. Taken: one `<svg>` with a `viewBox` made only of plain
 * shapes and groups with plain attributes. Refused: everything that could run, load or link (scripts, styles, handlers,
 * references, text, comments, entities).
 * @returns the fault, or null when the mark may be used
 */
export function faultOfMark(svg: string): string | null {
  if (svg.length > longestMark) return `the mark is longer than ${longestMark} characters`;
  const open: string[] = [];
  let roots = 0;
  tag.lastIndex = 0;
  while (tag.lastIndex < svg.length) {
    const from = tag.lastIndex;
    const blank = /\S/.exec(svg.slice(from));
    if (!blank) break;
    tag.lastIndex = from + blank.index;
    const found = tag.exec(svg);
    if (!found)
      return `the mark holds something that is not a plain element near "${svg.slice(from, from + 30).trim()}"`;
    const [, closing, name = '', given = '', selfClosing] = found;
    if (!elements.has(name)) return `the mark may not hold <${name}>`;
    if (closing) {
      if (open.pop() !== name || given) return `the mark closes <${name}> in the wrong place`;
      continue;
    }
    if (open.length === 0 && (name !== 'svg' || ++roots > 1)) return 'the mark must be one <svg>';
    if (open.length > 0 && name === 'svg') return 'the mark may not hold an <svg> inside another';
    const fault = faultOfAttributes(given);
    if (fault) return fault;
    if (name === 'svg' && !/\sviewBox\s*=/.test(given)) return 'the <svg> of the mark needs a viewBox';
    if (!selfClosing) open.push(name);
  }
  if (roots !== 1 || open.length > 0) return 'the mark must be one complete <svg>';
  return null;
}

function faultOfAttributes(given: string): string | null {
  for (const [, name = '', value = ''] of given.matchAll(attribute)) {
    if (!attributes.has(name)) return `the mark may not use the attribute ${name}`;
    if (name === 'xmlns' ? value !== 'http://www.w3.org/2000/svg' : !plainValue.test(value) || /url/i.test(value)) {
      return `the mark has a value that is not plain in ${name}`;
    }
  }
  return null;
}
