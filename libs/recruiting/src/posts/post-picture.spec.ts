import { Lettering } from '@carers/cards';
import { describe, expect, it } from '@jest/globals';
import { demoBrand } from '@carers/pages';
import sharp from 'sharp';
import { postPng, postSvg, type Shape, shapes } from './post-picture.js';

const pictured = {
  title: '10% off your meal',
  business: 'Łukasz & Zoë’s Kitchen',
  where: 'Poole',
  call: 'Show your Carers Card',
  site: 'dorsetcarerscard.example',
};
const both = Object.keys(shapes) as Shape[];

describe('the picture of a post', () => {
  it.each(both)('is %s PNG of the size that is wanted', async (shape) => {
    const png = await postPng(pictured, demoBrand, shape);
    expect(await sharp(png).metadata()).toMatchObject({ format: 'png', ...shapes[shape] });
    expect(png.length).toBeLessThan(200_000);
  });

  it.each(both)('has no text in it that needs a font of the machine (%s)', async (shape) => {
    const svg = await postSvg(pictured, demoBrand, shape);
    expect(svg).not.toMatch(/<text|font-family|<image|href/);
    expect(svg.match(/<path/g)!.length).toBeGreaterThan(50);
  });

  it('shows words where they stand: the ground is not the same all over', async () => {
    const { data, info } = await sharp(await postPng(pictured, demoBrand, 'wide'))
      .extract({ left: 72, top: 260, width: 700, height: 110 })
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    let sun = 0;
    for (let at = 0; at < data.length; at += info.channels) if (data[at]! > 230 && data[at + 2]! < 110) sun++;
    expect(sun / (info.width * info.height)).toBeGreaterThan(0.1);
  });

  it('takes hostile names as words, and leaves out one that the face cannot set', async () => {
    const svg = await postSvg({ ...pictured, business: '"/><script>alert(1)</script>' }, demoBrand, 'wide');
    expect(svg).not.toContain('script');
    const greek = await postSvg({ ...pictured, business: 'Χριστίνα' }, demoBrand, 'wide');
    expect(greek.match(/<path/g)!.length).toBeLessThan(svg.match(/<path/g)!.length);
    expect((await postPng({ ...pictured, title: 'x'.repeat(400) }, demoBrand, 'square')).length).toBeGreaterThan(1000);
  });
});

describe('lettering', () => {
  it('sets a text as large as its box lets it, and cuts what is too long', async () => {
    const letters = await Lettering.open();
    const box = { width: 600, lines: 2, largest: 90, smallest: 40, weight: 700 as const };
    expect(letters.fitted('Tea', box)).toEqual({ size: 90, lines: ['Tea'] });
    const long = letters.fitted('A free hot drink when you buy any cake, sandwich or breakfast worth five pounds', box);
    expect(long.size).toBe(40);
    expect(long.lines).toHaveLength(2);
    expect(long.lines[1]).toMatch(/…$/);
    for (const line of long.lines) expect(letters.width(line, { size: 40, weight: 700 })).toBeLessThanOrEqual(600);
    expect(letters.fitted('', box)).toEqual({ size: 90, lines: [] });
  });
});
