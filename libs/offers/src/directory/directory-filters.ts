import { Categories } from '@carers/businesses';
import { type FieldError, InvalidInput } from '@carers/kernel';
import type { Words } from '@carers/pages';
import { fieldErrors } from '@carers/pages';
import { SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';
import { askedTime, readTimeBoxes, type TimeBoxes } from './asked-time.js';
import { tellTime } from './asked-time.presenter.js';
import { DirectoryCounts } from './directory-counts.js';
import { type OffersAsked, OffersQuery } from './directory-schemas.js';
import { onlineRegionId } from './listing.js';
import type { ListedRegion } from './questions.js';

/** One filter in use, and the address of the list without it. */
export interface ActiveFilter {
  text: string;
  href: string;
}

/** What the filter form shows, and which filters are in use. */
export interface FilterModel {
  form: Record<string, string>;
  categories: { value: string; text: string }[];
  towns: { value: string; text: string }[];
  distances: { value: string; text: string }[];
  active: ActiveFilter[];
}

const names = ['q', 'category', 'town', 'near', 'within', 'usableAt'] as const;
const distances = ['1', '3', '5', '10', '25'] as const;

/** The filter form of a list: reads it without ever failing, and says which filters are in use. */
@Injectable()
export class DirectoryFilters {
  constructor(
    private readonly categories: Categories,
    private readonly schemes: SchemeService,
    private readonly counts: DirectoryCounts,
  ) {}

  /** What can be read of a query; the rest comes back as errors, and the list is shown without it. */
  read(query: unknown): { asked: OffersAsked; errors: FieldError[]; boxes: TimeBoxes } {
    const given = typeof query === 'object' && query !== null ? { ...(query as Record<string, unknown>) } : {};
    const { boxes, usableAt, errors } = readTimeBoxes(given);
    given['usableAt'] = usableAt;
    for (;;) {
      const read = OffersQuery.safeParse(given);
      if (read.success) return { asked: read.data, errors, boxes };
      for (const error of fieldErrors(read.error)) {
        errors.push(error);
        delete given[error.field];
      }
    }
  }

  /** Takes out of a question what `InvalidInput` said is wrong with it; a wrong cursor is not forgiven. */
  without(asked: OffersAsked, problem: unknown, errors: FieldError[]): OffersAsked {
    if (!(problem instanceof InvalidInput)) throw problem;
    const left = { ...asked };
    for (const error of problem.errors) {
      if (error.field === 'cursor' || !(error.field in left)) throw problem;
      errors.push(error);
      delete left[error.field as keyof OffersAsked];
    }
    return left;
  }

  async model(
    path: string,
    asked: OffersAsked,
    region: ListedRegion | null,
    words: Words,
    boxes: TimeBoxes = { usableOn: '', usableTime: '' },
  ): Promise<FilterModel> {
    const counts = await this.counts.current();
    const towns = (await this.schemes.regions()).find(({ id }) => id === region?.id)?.towns ?? [];
    const categories = (await this.categories.all())
      .map(({ id, slug }) => ({
        value: slug,
        name: words.t(`businesses:categories.${slug}`),
        count: region ? counts.of(region.id, id) : (counts.byCategory.get(id) ?? 0),
      }))
      .filter(({ value, count }) => count > 0 || value === asked.category)
      .map(({ value, name, count }) => ({
        value,
        text: words.t('offers:filter.choice', { name, number: words.number(count) }),
      }));
    const form = { ...Object.fromEntries(names.map((name) => [name, String(asked[name] ?? '')])), ...boxes };
    return {
      form,
      categories,
      towns: region?.id === onlineRegionId ? [] : towns.map(({ slug, name }) => ({ value: slug, text: name })),
      distances: distances.map((value) => ({ value, text: words.t('offers:filter.miles', { count: Number(value) }) })),
      active: this.active(path, asked, towns, words),
    };
  }

  private active(
    path: string,
    asked: OffersAsked,
    towns: readonly { slug: string; name: string }[],
    words: Words,
  ): ActiveFilter[] {
    const text = (name: (typeof names)[number]): string | null => {
      const value = asked[name];
      if (value === undefined) return null;
      if (name === 'category') return words.t(`businesses:categories.${String(value)}`);
      if (name === 'town') return towns.find(({ slug }) => slug === value)?.name ?? String(value);
      if (name === 'within') return words.t('offers:filter.miles', { count: Number(value) });
      if (name === 'near') return words.t('offers:filter.near-active', { postcode: String(value).toUpperCase() });
      if (name === 'usableAt') {
        return words.t('offers:filter.usable-active', { time: tellTime(askedTime(String(value))!, words) });
      }
      return words.t('offers:filter.words-active', { words: value });
    };
    return names
      .map((name) => ({ name, text: text(name) }))
      .filter((each) => each.text !== null)
      .map(({ name, text: shown }) => {
        // A distance means nothing without its postcode.
        const gone = name === 'near' ? ['near', 'within'] : [name];
        const left = names.filter((each) => !gone.includes(each));
        return { text: shown!, href: addressOf(path, Object.fromEntries(left.map((each) => [each, asked[each]]))) };
      });
  }
}

/** A path with a query; what is empty is left out. */
export function addressOf(path: string, query: Record<string, string | number | undefined>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') search.append(name, String(value));
  }
  return search.size ? `${path}?${search.toString()}` : path;
}
