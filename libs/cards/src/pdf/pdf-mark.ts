import type PDFDocument from 'pdfkit';

type Doc = typeof PDFDocument.prototype;
type Attributes = Record<string, string>;

const tag = /<(\/?)([a-zA-Z]+)((?:\s+[a-zA-Z][\w-]*\s*=\s*"[^"]*")*)\s*(\/?)>/g;
const attribute = /([a-zA-Z][\w-]*)\s*=\s*"([^"]*)"/g;
const inherited = ['fill', 'fill-rule', 'stroke', 'stroke-width', 'stroke-linecap', 'stroke-linejoin'];

/**
 * Draws a scheme's mark as vectors into a square. A mark is one `<svg>` of plain shapes and groups: that is checked
 * where it is saved, so no more than that is understood here. Other kinds of colour than `#rrggbb` and names become ink.
 */
export function drawMark(doc: Doc, svg: string, box: { x: number; y: number; side: number; ink: string }): void {
  const open: Attributes[] = [];
  doc.save();
  for (const [, closing, name = '', given = '', selfClosing] of svg.matchAll(tag)) {
    if (closing) {
      open.pop();
      doc.restore();
      continue;
    }
    const own = Object.fromEntries([...given.matchAll(attribute)].map(([, key = '', value = '']) => [key, value]));
    const all = { ...pick(open.at(-1) ?? {}, inherited), ...own };
    doc.save();
    if (name === 'svg') fitBox(doc, own['viewBox'] ?? '0 0 1 1', box);
    else transform(doc, own['transform']);
    const paint = prepare(doc, all, box.ink);
    if (outline(doc, name, own)) paint();
    if (selfClosing) doc.restore();
    else open.push(all);
  }
  doc.restore();
}

function fitBox(doc: Doc, viewBox: string, { x, y, side }: { x: number; y: number; side: number }): void {
  const [left = 0, top = 0, width = 1, height = 1] = numbers(viewBox);
  const scale = side / Math.max(width, height);
  doc.translate(x, y).scale(scale).translate(-left, -top);
}

/** Lays the path of a shape; false for what is no shape. */
function outline(doc: Doc, name: string, own: Attributes): boolean {
  const at = (key: string) => Number.parseFloat(own[key] ?? '0') || 0;
  const points = numbers(own['points'] ?? '').reduce<[number, number][]>(
    (pairs, value, index, all) => (index % 2 ? [...pairs, [all[index - 1]!, value]] : pairs),
    [],
  );
  switch (name) {
    case 'path':
      doc.path(own['d'] ?? '');
      return true;
    case 'rect':
      doc.roundedRect(at('x'), at('y'), at('width'), at('height'), at('rx') || at('ry'));
      return true;
    case 'circle':
      doc.circle(at('cx'), at('cy'), at('r'));
      return true;
    case 'ellipse':
      doc.ellipse(at('cx'), at('cy'), at('rx'), at('ry'));
      return true;
    case 'line':
      doc.moveTo(at('x1'), at('y1')).lineTo(at('x2'), at('y2'));
      return true;
    case 'polygon':
    case 'polyline':
      points.forEach(([px, py], index) => (index ? doc.lineTo(px, py) : doc.moveTo(px, py)));
      if (name === 'polygon') doc.closePath();
      return points.length > 0;
    default:
      return false;
  }
}

/** Sets colours and lines, which PDF wants before a path begins; gives what paints the path. */
function prepare(doc: Doc, all: Attributes, ink: string): () => void {
  const fill = all['fill'] === 'none' ? null : colour(all['fill'] ?? '#000000', ink);
  const stroke = !all['stroke'] || all['stroke'] === 'none' ? null : colour(all['stroke'], ink);
  const rule = all['fill-rule'] === 'evenodd' ? 'even-odd' : 'non-zero';
  if (all['opacity']) doc.opacity(Number.parseFloat(all['opacity']));
  if (fill) doc.fillColor(fill);
  if (stroke) {
    doc.strokeColor(stroke).lineWidth(Number.parseFloat(all['stroke-width'] ?? '1') || 1);
    if (all['stroke-linecap']) doc.lineCap(all['stroke-linecap'] as 'butt');
    if (all['stroke-linejoin']) doc.lineJoin(all['stroke-linejoin'] as 'miter');
  }
  if (fill && stroke) return () => doc.fillAndStroke(rule);
  if (fill) return () => doc.fill(rule);
  if (stroke) return () => doc.stroke();
  // A shape that is not painted must not wait for the next one's paint.
  return () => doc.addContent('n');
}

function transform(doc: Doc, text: string | undefined): void {
  for (const [, kind, values = ''] of (text ?? '').matchAll(/(\w+)\s*\(([^)]*)\)/g)) {
    const [a = 0, b, c, d, e = 0, f = 0] = numbers(values);
    if (kind === 'translate') doc.translate(a, b ?? 0);
    else if (kind === 'scale') doc.scale(a, b ?? a);
    else if (kind === 'rotate') doc.rotate(a, { origin: [b ?? 0, c ?? 0] });
    else if (kind === 'matrix') doc.transform(a, b ?? 0, c ?? 0, d ?? 1, e, f);
  }
}

function colour(value: string, ink: string): string {
  return /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.test(value) || /^[a-z]+$/.test(value) ? value : ink;
}

function numbers(text: string): number[] {
  return (text.match(/-?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?/gi) ?? []).map(Number);
}

function pick(from: Attributes, keys: string[]): Attributes {
  return Object.fromEntries(keys.filter((key) => from[key] !== undefined).map((key) => [key, from[key]!]));
}
