import type { FieldName, MergePerson } from './merge-fields.js';
import { valueOf } from './merge-fields.js';

const opens = '\ue000';
const closes = '\ue001';
const address = '@';

/** The place of a value in a text that is made ready for many people. Read texts hold no such characters. */
export function placeOf(field: FieldName): string {
  return opens + field + closes;
}

/** The same where the value is the address of a link. */
export function addressPlaceOf(field: FieldName): string {
  return opens + address + field + closes;
}

/** A text that is ready but for the values of one person: made once, filled in as often as there are people. */
export class Pieces {
  private readonly fixed: string[] = [];
  private readonly places: { field: FieldName; isAddress: boolean }[] = [];

  /** @param escape makes a value safe where the text stands; the text itself is taken as it is */
  constructor(
    text: string,
    private readonly escape: (value: string) => string,
  ) {
    let from = 0;
    for (const match of text.matchAll(/\ue000(@?)([^\ue001]*)\ue001/g)) {
      this.fixed.push(text.slice(from, match.index));
      this.places.push({ field: match[2]!, isAddress: match[1] === address });
      from = match.index + match[0].length;
    }
    this.fixed.push(text.slice(from));
  }

  for(person: MergePerson): string {
    let filled = this.fixed[0]!;
    for (const [index, { field, isAddress }] of this.places.entries()) {
      const value = valueOf(field, person);
      filled += this.escape(isAddress ? webAddress(value) : value) + this.fixed[index + 1]!;
    }
    return filled;
  }
}

/** Only the web may be linked to, whatever a value holds. */
function webAddress(value: string): string {
  return /^https?:\/\/[^\s"'<>]+$/.test(value) ? value : '#';
}

/** A value as text of HTML, or of an attribute in quotation marks. */
export function escapeHtml(value: string): string {
  return value.replace(/[&<>"'`]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
