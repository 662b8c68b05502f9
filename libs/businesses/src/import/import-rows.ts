import { type FieldError, Problem } from '@carers/kernel';
import { type Atlas, OutsideTerritory, type Place, PostcodeNotValid } from '@carers/places';
import { fieldErrors } from '@carers/pages';
import { z } from 'zod';
import { accessibilityFacts, type AccessibilityFact } from '../accessibility.js';
import { type BranchFacts, placedBranch, type PlacedBranch } from '../branches.js';
import { businessKinds } from '../business.entity.js';
import type { BusinessFacts } from '../businesses.js';
import { addressLinesOf, detailsForm, onlineForm, placeForm } from '../businesses.forms.js';
import type { Category } from '../category.entity.js';
import { postcodeErrors } from '../postcode-errors.js';

/** The columns of a file; docs/import-businesses.md says what each holds. */
export const columns = [
  'name',
  'kind',
  'category',
  'summary',
  'website',
  'contact_name',
  'contact_email',
  'contact_phone',
  'branch_name',
  'address1',
  'address2',
  'postcode',
  'online',
  'phone',
  'opening',
  'accessibility',
] as const;

type Column = (typeof columns)[number];
const needed: readonly Column[] = ['name', 'category', 'contact_name', 'contact_email', 'postcode'];

/** The first row does not name the columns. */
export class ImportHeadingsMissing extends Problem {
  readonly slug = 'import-headings-missing';
  readonly kind = 'invalid';
  readonly room = 'businesses';

  constructor(readonly missing: readonly string[]) {
    super({ missing: missing.join(', ') });
  }
}

/** A row that can go in: a business and one of its branches. */
export interface GoodRow {
  line: number;
  facts: BusinessFacts;
  branch: PlacedBranch;
}

/** A row that cannot, and why: catalogue keys with their values. */
export interface BadRow {
  line: number;
  /** What stood under "name", so that people find the row again. */
  name: string;
  reasons: FieldError[];
}

/** Where a branch is, or why it cannot be told. */
type Where = { facts: Omit<BranchFacts, 'online' | 'accessibility'>; place: Place | null } | { reasons: FieldError[] };

const yes = new Set(['yes', 'y', 'true', '1', 'online']);

/** Reads rows by the headings of the first one. */
export class RowReader {
  private readonly at: ReadonlyMap<string, number>;

  /** @throws ImportHeadingsMissing */
  constructor(
    private readonly headings: readonly string[],
    private readonly categories: readonly Category[],
    private readonly atlas: Atlas,
  ) {
    const named = headings.map((heading) =>
      heading
        .trim()
        .toLowerCase()
        .replace(/[\s-]+/g, '_'),
    );
    this.at = new Map(columns.map((column) => [column, named.indexOf(column)]));
    const missing = needed.filter((column) => this.at.get(column)! < 0);
    if (missing.length > 0) throw new ImportHeadingsMissing(missing);
  }

  read(line: number, cells: readonly string[] | null): GoodRow | BadRow {
    if (!cells) return { line, name: '', reasons: [{ field: '', message: 'businesses:import.quotes' }] };
    const cell = (column: Column) => cells[this.at.get(column)!]?.trim() ?? '';
    const name = cell('name');
    const bad = (reasons: FieldError[]): BadRow => ({ line, name, reasons });
    if (cells.slice(this.headings.length).some((extra) => extra.trim())) {
      return bad([{ field: '', message: 'businesses:import.too-many-columns' }]);
    }

    const online = yes.has(cell('online').toLowerCase());
    const category = this.category(cell('category'));
    const about = detailsForm.safeParse({
      name,
      kind: kindOf(cell('kind'), online),
      category: category?.slug ?? '',
      summary: cell('summary'),
      website: cell('website'),
      contactName: cell('contact_name'),
      contactEmail: cell('contact_email'),
      contactPhone: cell('contact_phone'),
    });
    const where = this.branch(online, cell);
    const facts = accessibilityOf(cell('accessibility'));
    const reasons = [
      ...(about.success ? [] : fieldErrors(about.error)),
      ...('reasons' in where ? where.reasons : []),
      ...(facts ? [] : [{ field: 'accessibility', message: 'businesses:import.accessibility' }]),
    ];
    if (!about.success || 'reasons' in where || !facts || !category) return bad(reasons);
    const { category: _slug, ...rest } = about.data;
    return {
      line,
      facts: { ...rest, categoryId: category.id },
      branch: placedBranch({ ...where.facts, online, accessibility: online ? [] : facts }, where.place),
    };
  }

  private branch(online: boolean, cell: (column: Column) => string): Where {
    const common = { name: cell('branch_name'), phone: cell('phone'), opening: cell('opening') };
    if (online) {
      const read = onlineForm.safeParse(common);
      return read.success ? { facts: read.data, place: null } : { reasons: fieldErrors(read.error) };
    }
    const read = placeForm.safeParse({
      ...common,
      line1: cell('address1'),
      line2: cell('address2'),
      postcode: cell('postcode'),
    });
    if (!read.success) return { reasons: fieldErrors(read.error) };
    try {
      const place = this.atlas.find(read.data.postcode);
      return { facts: { ...read.data, addressLines: addressLinesOf(read.data) }, place };
    } catch (problem) {
      if (problem instanceof PostcodeNotValid || problem instanceof OutsideTerritory) {
        return { reasons: postcodeErrors(problem) };
      }
      throw problem;
    }
  }

  /** By slug or by name, in any case: "Eating and drinking" and "eating-and-drinking" are one. */
  private category(typed: string): Category | undefined {
    const slug = typed
      .toLowerCase()
      .replace(/&/g, 'and')
      .replace(/[^a-z0-9]+/g, '-');
    return this.categories.find((category) => category.slug === slug);
  }
}

/** "Public body" → public_body; nothing → what fits. */
function kindOf(typed: string, online: boolean): string {
  if (!typed) return online ? 'online' : 'independent';
  return z
    .enum(businessKinds)
    .catch(typed as 'independent')
    .parse(typed.toLowerCase().replace(/[\s-]+/g, '_'));
}

/** Facts with semicolons or commas between; null when one of them is none of ours. */
function accessibilityOf(typed: string): AccessibilityFact[] | null {
  const words = typed
    .split(/[;,|]/)
    .map((word) =>
      word
        .trim()
        .toLowerCase()
        .replace(/[\s-]+/g, '_'),
    )
    .filter(Boolean);
  return words.every((word): word is AccessibilityFact => (accessibilityFacts as readonly string[]).includes(word))
    ? words
    : null;
}
