import { linesOf, type Block, type Inline } from '../document.js';
import type { LetterFrame } from '../frame.js';
import { valueOf, type FieldName, type MergePerson } from '../merge-fields.js';
import type { Composed } from '../source.js';
import { headingItems, itemsOf, letterSizes, shownAddress, type Item, type Setting } from './items.js';
import { roomOn, textWidth } from './letter-layout.js';
import type { Lettercase } from './lettercase.js';
import { closing, codeAddress, codeText, type LetterAddress } from './letter-parts.js';
import { paginate, type Placed } from './pagination.js';

type Addressee = MergePerson & LetterAddress;
type Part = readonly Item[] | ((person: Addressee) => Item[]);

/** One text in one size, for one document: what holds nothing of the person is set once, the rest for each. */
export class LetterText {
  private readonly parts: Part[];

  constructor(composed: Composed, frame: LetterFrame, letters: Lettercase, size: keyof typeof letterSizes) {
    const base = { letters, size: letterSizes[size], words: frame.words, width: textWidth };
    const fixed: Setting = { ...base, fieldText: () => '' };
    const forPerson = (person: Addressee): Setting => ({
      ...base,
      fieldText: (field) => letterValue(field, person, frame),
    });
    const part = (lines: Iterable<readonly Inline[]>, make: (setting: Setting) => Item[]): Part =>
      [...lines].some(namesField) ? (person) => make(forPerson(person)) : make(fixed);
    this.parts = [
      part([composed.title], (setting) => headingItems(1, composed.title, setting)),
      ...composed.blocks.map((block: Block) => part(linesOf([block]), (setting) => itemsOf([block], setting))),
      (person) => closing(frame, person.code, fixed),
    ];
  }

  pagesFor(person: Addressee): Placed[][] {
    return paginate(
      this.parts.flatMap((part) => (typeof part === 'function' ? part(person) : part)),
      roomOn,
    );
  }
}

function namesField(line: readonly Inline[]): boolean {
  return line.some(
    (inline) =>
      inline.type === 'field' ||
      (inline.type === 'link' && inline.field !== null) ||
      ('children' in inline && namesField(inline.children)),
  );
}

/** On paper an address has to be typed: the short page and the code stand for the long link. */
function letterValue(field: FieldName, person: Addressee, frame: LetterFrame): string {
  if (field !== 'preferences') return valueOf(field, person);
  const address = shownAddress(codeAddress(frame.publicUrl));
  return person.code
    ? frame.words.t('composer:letter.preferences', { address, code: codeText(person.code) })
    : shownAddress(valueOf(field, person));
}
