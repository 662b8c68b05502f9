import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import { columnOf } from './array-column.js';

/** The oid of text[]. */
const texts = pg.types.getTypeParser(1009 as never) as (text: string) => (string | null)[];

describe('a column of values', () => {
  it('is read as the values again, whatever they hold', () => {
    const awkward = fc.constantFrom('null', 'NULL', '', '"', '\\', 'a,b', '{}', ' ', "O'Brien", 'ŵ');
    fc.assert(
      fc.property(fc.array(fc.option(fc.oneof(fc.string({ unit: 'grapheme' }), awkward))), (values) => {
        expect(texts(columnOf(values))).toEqual(values);
      }),
    );
  });

  it('leaves plain values as they are', () => {
    expect(columnOf(['2026-11-22T09:00:00.000Z', 'a1-b2', null, true, 7])).toBe(
      '{2026-11-22T09:00:00.000Z,a1-b2,NULL,true,7}',
    );
    expect(columnOf([])).toBe('{}');
  });
});
