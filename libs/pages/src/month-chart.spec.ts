import { describe, expect, it } from '@jest/globals';
import { monthChart } from './month-chart.js';

const months = (...values: (number | null)[]) =>
  values.map((value, at) => ({ month: `2026-${String(at + 1).padStart(2, '0')}-01`, value }));

describe('a chart of months', () => {
  it('has bars as high as their numbers, on lines at round ones', () => {
    const { bars, lines, ground } = monthChart(months(0, 50, 100, 180));
    expect(lines.map(({ value }) => value)).toEqual([0, 50, 100, 150, 200]);
    expect(bars.map(({ height }) => height)).toEqual([0, 42.5, 85, 153]);
    for (const { y, height } of bars) expect(y + height).toBeCloseTo(ground, 5);
    expect(lines[2]!.y).toBeCloseTo(ground - 85, 5);
  });

  it('keeps what is not told on the ground, and knows numbers of nought', () => {
    expect(monthChart(months(null, 7)).bars[0]).toMatchObject({ height: 0, value: null });
    expect(monthChart(months(0, 0)).lines.map(({ value }) => value)).toEqual([0, 1]);
    expect(monthChart([]).bars).toEqual([]);
  });

  it('never draws outside of itself', () => {
    for (const most of [1, 3, 9, 11, 999, 100_000, 1_234_567]) {
      const { bars, lines, width } = monthChart(months(...Array.from({ length: 12 }, () => most)));
      expect(lines.length).toBeLessThanOrEqual(8);
      for (const { x, y, width: wide } of bars) {
        expect(y).toBeGreaterThanOrEqual(0);
        expect(x + wide).toBeLessThanOrEqual(width);
      }
    }
  });
});
