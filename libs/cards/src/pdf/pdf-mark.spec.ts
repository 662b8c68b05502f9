import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import PDFDocument from 'pdfkit';
import { drawMark } from './pdf-mark.js';

/** The drawing of a mark 24 points wide at (10, 20), as PDF operators. */
async function operatorsOf(svg: string): Promise<string> {
  const doc = new PDFDocument({ compress: false, info: { CreationDate: new Date(0) } });
  const file = buffer(doc);
  drawMark(doc, svg, { x: 10, y: 20, side: 24, ink: '#ffffff' });
  doc.end();
  return /stream\n([\s\S]*?)\nendstream/.exec((await file).toString('latin1'))![1]!;
}

describe('the mark on a printed card', () => {
  it('is drawn to its box in its colours', async () => {
    const drawn = await operatorsOf(
      '<svg viewBox="0 0 48 48"><rect x="0" y="0" width="48" height="48" fill="#ff0000"/></svg>',
    );
    expect(drawn).toContain('1 0 0 1 10 20 cm');
    expect(drawn).toContain('0.5 0 0 0.5 0 0 cm');
    expect(drawn).toContain('1 0 0 scn');
    expect(drawn).toMatch(/1 0 0 scn\n0 0 m\n48 0 l\n48 48 l\n0 48 l\n0 0 l\nh\nf\n/);
  });

  it('knows every plain shape, and what groups hand down', async () => {
    const drawn = await operatorsOf(
      '<svg viewBox="0 0 48 48"><g fill="none" stroke="#0000ff" stroke-width="3" transform="translate(2 4)">' +
        '<path d="M1 1L5 5"/><line x1="0" y1="0" x2="9" y2="9"/><polyline points="1,2 3,4 5,6"/></g>' +
        '<circle cx="9" cy="9" r="4"/><ellipse cx="9" cy="9" rx="4" ry="2"/><polygon points="1 1 2 2 3 1"/></svg>',
    );
    expect(drawn).toContain('1 0 0 1 2 4 cm');
    expect(drawn.match(/\nS\n/g)).toHaveLength(3);
    expect(drawn.match(/\nf\n/g)).toHaveLength(3);
    expect(drawn).toContain('3 w\n');
    expect(drawn).toContain('1 2 m');
    expect(drawn.match(/q\n/g)).toHaveLength(drawn.match(/Q\n?/g)!.length);
  });

  it('leaves no path behind that the next shape would paint', async () => {
    const drawn = await operatorsOf('<svg viewBox="0 0 8 8"><path d="M1 1L5 5" fill="none"/></svg>');
    expect(drawn).toMatch(/5 5 l\nn\n/);
  });

  it('takes a colour that follows the text for the ink it is given', async () => {
    const drawn = await operatorsOf('<svg viewBox="0 0 8 8"><circle cx="4" cy="4" r="4" fill="currentColor"/></svg>');
    expect(drawn).toContain('1 1 1 scn');
  });
});
