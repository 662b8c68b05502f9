import { describe, expect, it } from '@jest/globals';
import { projectRoot } from '@carers/kernel';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { govukParams, renderComponent, safeHtml } from './index.js';

const components = join(projectRoot, 'node_modules/govuk-frontend/dist/govuk/components');

interface Fixtures {
  fixtures: { name: string; options: Record<string, unknown>; html: string }[];
}

describe('govuk components', () => {
  const folders = readdirSync(components, { withFileTypes: true }).filter((entry) => entry.isDirectory());

  it.each(folders.map(({ name }) => name))('%s is as its makers publish it', (name) => {
    const { fixtures } = JSON.parse(readFileSync(join(components, name, 'fixtures.json'), 'utf8')) as Fixtures;
    expect(fixtures.length).toBeGreaterThan(0);
    for (const { options, html } of fixtures) expect(renderComponent(name, options)).toBe(html.trim());
  });

  it('escape text in an option for HTML unless it was made safe', () => {
    const typed = '<img src=x onerror=alert(1)>';
    const html = (given: unknown) => renderComponent('inset-text', govukParams({ html: given }) as never);
    expect(html(typed)).toContain('&lt;img');
    expect(html(safeHtml`<b>${typed}</b>`)).toContain('<b>&lt;img');
  });

  it('take no path for a name', () => {
    expect(() => renderComponent('../../x', {})).toThrow('Not a component');
  });
});
