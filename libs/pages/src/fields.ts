import type { FieldError } from '@carers/kernel';
import Handlebars from 'handlebars/dist/handlebars.js';
import { valueAt } from './forms.js';
import type { Words } from './words.js';

/** A field of a form page, before the component it becomes is known: made by the `field` helper. */
export class Field {
  constructor(
    readonly name: string,
    readonly options: Readonly<Record<string, unknown>>,
    private readonly root: { form?: unknown; errors?: readonly FieldError[] },
    private readonly words: Words,
  ) {}

  /** The options of one govuk component: its label, hint, value and error filled in. */
  paramsFor(component: string): Record<string, unknown> {
    switch (component) {
      case 'radios':
      case 'checkboxes':
        return { ...this.group(), ...this.box(), idPrefix: this.id, name: this.name, items: this.items(component) };
      case 'date-input':
        return { ...this.group(), ...this.dateBoxes() };
      case 'select':
        return { ...this.labelled(), id: this.id, name: this.name, items: this.items(component) };
      case 'file-upload':
        return { ...this.labelled(), id: this.id, name: this.name };
      default:
        return { ...this.labelled(), id: this.id, name: this.name, value: this.text(this.value) };
    }
  }

  /** `address.postcode` → `address-postcode`; the error summary links to it. */
  private get id(): string {
    return fieldId(this.name);
  }

  private get value(): unknown {
    return this.options['value'] ?? valueAt(this.root.form, this.name);
  }

  /** What every component takes. Anything the template gave and we do not read goes through as it is. */
  private box(): Record<string, unknown> {
    const { label, legend, hint, words, options, heading, value, size, prefix, suffix, ...rest } = this.options;
    void [label, legend, words, options, heading, value, size];
    const error = this.root.errors?.find((each) => each.field === this.name);
    return {
      ...rest,
      ...(hint !== undefined && { hint: this.sentence(hint) }),
      ...(prefix !== undefined && { prefix: this.sentence(prefix) }),
      ...(suffix !== undefined && { suffix: this.sentence(suffix) }),
      ...(error && {
        errorMessage: {
          text: this.words.keyOrText(error.message, error.params),
          visuallyHiddenText: this.words.t('pages:errors.hidden-prefix'),
        },
      }),
    };
  }

  private labelled(): Record<string, unknown> {
    const heading = this.options['heading'] === true;
    const size = this.options['size'] ?? (heading ? 'l' : undefined);
    return {
      ...this.box(),
      label: {
        ...this.sentence(this.options['label'] ?? this.options['legend']),
        isPageHeading: heading,
        ...(size ? { classes: `govuk-label--${this.text(size)}` } : {}),
      },
    };
  }

  /** A question with several boxes: its legend is the question. */
  private group(): Record<string, unknown> {
    const legend = this.options['legend'] ?? this.options['label'];
    if (legend === undefined) return this.box();
    const heading = this.options['heading'] === true;
    const size = this.text(this.options['size']) || (heading ? 'l' : 's');
    return {
      ...this.box(),
      fieldset: {
        legend: { ...this.sentence(legend), isPageHeading: heading, classes: `govuk-fieldset__legend--${size}` },
      },
    };
  }

  /** Choices given as values, with words under `words.<value>`, or as objects with a `value` and `text` or `label`. */
  private items(component: string): Record<string, unknown>[] {
    const given = (this.options['options'] ?? []) as readonly (string | number | Record<string, unknown>)[];
    const chosen = new Set([this.value ?? []].flat().map((each) => this.text(each)));
    const items = given.map((each) => {
      const item: Record<string, unknown> = typeof each === 'object' ? { ...each } : { value: each };
      const value = this.text(item['value']);
      const words = this.options['words'];
      const key = `${String(words)}.${value}`;
      const { label, hint, ...rest } = item;
      const text = item['text'] ?? label ?? (words ? this.words.t(key) : value);
      const help = hint ?? (words && this.words.has(`${key}-hint`) ? `${key}-hint` : undefined);
      const picked = chosen.has(value);
      return {
        ...rest,
        ...(item['divider'] ? {} : { ...(item['html'] ? {} : this.sentence(text)), value }),
        ...(help ? { hint: this.sentence(help) } : {}),
        ...(picked ? (component === 'select' ? { selected: true } : { checked: true }) : {}),
      };
    });
    const empty = this.options['empty'];
    return component === 'select' && empty !== undefined
      ? [{ value: '', ...this.sentence(empty) } as Record<string, unknown>, ...items]
      : items;
  }

  private dateBoxes(): Record<string, unknown> {
    const value = this.value;
    const typed: Record<string, unknown> = {};
    if (typeof value === 'string') {
      [typed['year'], typed['month'], typed['day']] = value.split('-').map((part) => part.replace(/^0/, ''));
    } else if (value && typeof value === 'object') Object.assign(typed, value);
    const failed = this.root.errors?.some((each) => each.field === this.name) ? ' govuk-input--error' : '';
    const { autocomplete } = this.options as { autocomplete?: string };
    const parts = ['day', 'month', 'year'] as const;
    return {
      id: `${this.id}-boxes`,
      // The first box has the field's own id, so that the error summary's link lands in it.
      items: parts.map((part) => ({
        id: part === 'day' ? this.id : `${this.id}-${part}`,
        name: `${this.name}-${part}`,
        label: this.words.t(`pages:date.${part}`),
        classes: `govuk-input--width-${part === 'year' ? 4 : 2}${failed}`,
        value: this.text(typed[part]),
        ...(autocomplete === 'bday' ? { autocomplete: `bday-${part}` } : {}),
      })),
    };
  }

  private sentence(given: unknown): { text: string } | { html: unknown } {
    if (given instanceof Handlebars.SafeString) return { html: given };
    return { text: this.words.keyOrText(this.text(given)) };
  }

  private text(value: unknown): string {
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
  }
}

/** The id of a field's (first) box. */
export function fieldId(name: string): string {
  return name.replace(/\./g, '-');
}

/** What the error summary lists. An error that belongs to no field has no link. */
export function formErrors(errors: readonly FieldError[], words: Words) {
  return errors.map(({ field, message, params }) => ({
    text: words.keyOrText(message, params),
    ...(field ? { href: `#${fieldId(field)}` } : {}),
  }));
}
