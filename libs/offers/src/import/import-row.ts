import {
  aboutForm,
  accessibilityFacts,
  addressLinesOf,
  type BranchFacts,
  businessKinds,
  contactForm,
  nameForm,
  onlineForm,
  placeForm,
} from '@carers/businesses';
import type { FieldError } from '@carers/kernel';
import { errorsOf } from '@carers/pages';
import type { z } from 'zod';
import { OfferForm, offerKinds } from '../offer-form.js';
import type { OfferContent } from '../offer.entity.js';

/** The columns of an import, as `docs/importing-businesses.md` explains them. */
export const importColumns = [
  'business_name', 'kind', 'category', 'summary', 'website', 'contact_name', 'contact_email', 'contact_phone',
  'works_in_homes', 'branch_name', 'address_1', 'address_2', 'postcode', 'online', 'branch_phone', 'opening',
  'accessibility', 'offer_kind', 'offer_value', 'offer_what', 'offer_who', 'offer_how', 'offer_minimum_spend',
  'offer_excludes', 'offer_days', 'offer_starts_on', 'offer_ends_on', 'offer_limit_count', 'offer_limit_period',
] as const;

export type ImportColumn = (typeof importColumns)[number];
export const requiredColumns: readonly ImportColumn[] = ['business_name', 'category', 'contact_email'];

/** A row that can go in: one branch of a business, with an offer or without. */
export interface ImportRow {
  line: number;
  name: string;
  kind: (typeof businessKinds)[number];
  categoryId: string;
  summary: string | null;
  website: string | null;
  contactName: string;
  contactEmail: string;
  contactPhone: string | null;
  worksInHomes: boolean;
  branch: BranchFacts;
  offer: OfferContent | null;
}

type Cells = Readonly<Partial<Record<string, string>>>;

const yes = new Set(['yes', 'y', 'true', '1']);
const dayNames = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/**
 * Reads one record with the same rules as the join form. Gives the row, or every fault with the column it is in.
 * @param categoryOf id of a category by its slug or name in small letters
 */
export function readImportRow(
  line: number,
  cells: Cells,
  categoryOf: ReadonlyMap<string, string>,
): { row: ImportRow; errors?: undefined } | { row?: undefined; errors: FieldError[] } {
  const errors: FieldError[] = [];
  const take = <Schema extends z.ZodType>(schema: Schema, values: object, columns: Record<string, ImportColumn>) => {
    const read = schema.safeParse(values);
    if (read.success) return read.data;
    errors.push(...errorsOf(read.error).map((error) => ({ ...error, field: columns[error.field] ?? error.field })));
    return null;
  };

  const online = yes.has((cells['online'] ?? '').toLowerCase());
  const name = take(nameForm, { name: cells['business_name'] }, { name: 'business_name' });
  const contact = take(
    contactForm,
    {
      contactName: cells['contact_name'] || cells['business_name'],
      contactEmail: cells['contact_email'],
      contactPhone: cells['contact_phone'],
    },
    { contactName: 'contact_name', contactEmail: 'contact_email', contactPhone: 'contact_phone' },
  );
  const about = take(
    aboutForm,
    { summary: cells['summary'], website: cells['website'] },
    { summary: 'summary', website: 'website' },
  );
  const branch = online
    ? take(
        onlineForm,
        { name: cells['branch_name'], phone: cells['branch_phone'], opening: cells['opening'] },
        { name: 'branch_name', phone: 'branch_phone' },
      )
    : take(
        placeForm,
        {
          name: cells['branch_name'],
          phone: cells['branch_phone'],
          opening: cells['opening'],
          line1: cells['address_1'],
          line2: cells['address_2'],
          postcode: cells['postcode'],
        },
        { name: 'branch_name', phone: 'branch_phone', line1: 'address_1', line2: 'address_2' },
      );
  const kind = (cells['kind'] || (online ? 'online' : 'independent')).toLowerCase().replace(/[\s-]+/g, '_');
  const knownKind = businessKinds.find((candidate) => candidate === kind);
  if (!knownKind) errors.push({ field: 'kind', message: 'businesses:errors.kind-missing' });
  const categoryId = categoryOf.get((cells['category'] ?? '').toLowerCase());
  if (!categoryId) errors.push({ field: 'category', message: 'offers:import.category-not-known' });
  const offer = offerOf(cells, errors);
  if (errors.length > 0 || !name || !contact || !about || !branch || !knownKind || !categoryId) return { errors };

  return {
    row: {
      line,
      ...name,
      kind: knownKind,
      categoryId,
      summary: about.summary,
      website: about.website,
      ...contact,
      worksInHomes: yes.has((cells['works_in_homes'] ?? '').toLowerCase()),
      branch: {
        name: branch.name,
        online,
        phone: branch.phone,
        opening: branch.opening,
        accessibility: accessibilityOf(cells),
        ...('postcode' in branch ? { postcode: branch.postcode, addressLines: addressLinesOf(branch) } : {}),
      },
      offer,
    },
  };
}

function accessibilityOf(cells: Cells) {
  const listed = (cells['accessibility'] ?? '').toLowerCase().split(/[|,;]/).map((fact) => fact.trim().replace(/[\s-]+/g, '_'));
  return accessibilityFacts.filter((fact) => listed.includes(fact));
}

/** The columns of the offer in the words of the offer form, which then decides. */
function offerOf(cells: Cells, errors: FieldError[]): OfferContent | null {
  const kind = (cells['offer_kind'] ?? '').toLowerCase().replace(/[\s-]+/g, '_');
  if (kind === '') return null;
  const value = cells['offer_value'] ?? '';
  const days = daysOf(cells['offer_days'] ?? '');
  if (!offerKinds.some((known) => known === kind) || !days) {
    errors.push(days ? { field: 'offer_kind', message: 'offers:errors.kind' } : { field: 'offer_days', message: 'offers:import.days' });
    return null;
  }
  const read = OfferForm.safeParse({
    kind,
    percent: kind === 'percentage' ? value : undefined,
    amount: kind === 'amount_off' ? value : undefined,
    price: kind === 'fixed_price' ? value : undefined,
    what: cells['offer_what'] || (kind === 'free_item' || kind === 'service' ? value : undefined),
    who: cells['offer_who'] || 'carer',
    how: cells['offer_how'] || 'in_person',
    minimumSpend: cells['offer_minimum_spend'],
    excludes: cells['offer_excludes'],
    days,
    startsOn: dateOf(cells['offer_starts_on']),
    endsOn: dateOf(cells['offer_ends_on']),
    limitCount: cells['offer_limit_count'],
    limitPeriod: cells['offer_limit_period'],
  });
  if (read.success) return read.data;
  errors.push(...errorsOf(read.error).map((error) => ({ ...error, field: offerColumns[error.field.split('.')[0]!] ?? 'offer_value' })));
  return null;
}

const offerColumns: Record<string, ImportColumn> = {
  what: 'offer_what', who: 'offer_who', how: 'offer_how', minimumSpend: 'offer_minimum_spend', excludes: 'offer_excludes',
  startsOn: 'offer_starts_on', endsOn: 'offer_ends_on', limitCount: 'offer_limit_count', limitPeriod: 'offer_limit_period',
};

/** `Mon-Thu`, `1|2|3` or `Mon, Wed, Sat` as the form's numbers; empty for every day, null when it cannot be read. */
function daysOf(typed: string): string[] | null {
  const found = new Set<number>();
  for (const part of typed.toLowerCase().split(/[|,;/]|\band\b/).map((text) => text.trim()).filter(Boolean)) {
    const [from, to] = part.split(/\s*(?:-|–|to)\s*/).map(dayOf);
    if (!from || (to === null)) return null;
    for (let day = from, steps = 0; steps < 7; day = (day % 7) + 1, steps++) {
      found.add(day);
      if (day === (to ?? from)) break;
    }
  }
  return [...found].sort().map(String);
}

function dayOf(text: string): number | null {
  if (/^[1-7]$/.test(text)) return Number(text);
  const place = dayNames.findIndex((name) => text.startsWith(name));
  return place < 0 ? null : place + 1;
}

/** `2026-12-31` or `31/12/2026` as the form's three boxes. */
function dateOf(typed: string | undefined): { day: string; month: string; year: string } | undefined {
  const text = (typed ?? '').trim();
  if (text === '') return undefined;
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text);
  const british = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text);
  if (iso) return { year: iso[1]!, month: iso[2]!, day: iso[3]! };
  if (british) return { day: british[1]!, month: british[2]!, year: british[3]! };
  return { day: text, month: text, year: text };
}
