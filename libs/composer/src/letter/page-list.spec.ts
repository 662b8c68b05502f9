import { describe, expect, it } from '@jest/globals';
import { PageList } from './page-list.js';

describe('the list of a file’s pages', () => {
  it('names them in their order, as PDF does', () => {
    const pages = new PageList();
    for (const id of [9, 12, 15]) pages.push({ id });
    expect(String(pages)).toBe('[9 0 R 12 0 R 15 0 R]');
    expect({}.toString.call(pages)).not.toBe('[object Object]');
  });

  it('is as long as a print run', () => {
    const pages = new PageList();
    for (let id = 1; id <= 5_000; id++) pages.push({ id });
    const shown = String(pages);
    expect(shown.match(/ 0 R/g)).toHaveLength(5_000);
    expect(shown).toMatch(/^\[1 0 R .* 5000 0 R\]$/);
  });
});
