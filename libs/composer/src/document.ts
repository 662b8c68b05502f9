import type { ComposerEvent } from './events.js';
import type { FieldName } from './merge-fields.js';
import type { ComposerOffer, ComposerPicture } from './source.js';

/** What stands inside a line. A field is a place for something of the person who gets it. */
export type Inline =
  | { type: 'text'; text: string }
  | { type: 'field'; name: FieldName }
  | { type: 'strong' | 'emphasis'; children: Inline[] }
  /** `field` instead of an address: the address is the person's own. */
  | { type: 'link'; href: string | null; field: FieldName | null; children: Inline[] }
  | { type: 'break' };

/** A heading's level as on a page whose title is level 1. */
export type HeadingLevel = 2 | 3 | 4;

/** What stands below one another. Every output is made from these and from nothing else. */
export type Block =
  | { type: 'heading'; level: HeadingLevel; children: Inline[] }
  | { type: 'paragraph'; children: Inline[] }
  | { type: 'list'; ordered: boolean; start: number; items: Block[][] }
  | { type: 'quote'; blocks: Block[] }
  | { type: 'rule' }
  | { type: 'picture'; picture: ComposerPicture; alt: string }
  | { type: 'event'; event: ComposerEvent }
  | { type: 'offer'; offer: ComposerOffer };

/** Every line of text of some blocks, in their order. */
export function* linesOf(blocks: readonly Block[]): Generator<readonly Inline[]> {
  for (const block of blocks) {
    if (block.type === 'heading' || block.type === 'paragraph') yield block.children;
    else if (block.type === 'list') for (const item of block.items) yield* linesOf(item);
    else if (block.type === 'quote') yield* linesOf(block.blocks);
  }
}

/** The letters of a line; a field is what `fieldText` says of it. */
export function lettersOf(line: readonly Inline[], fieldText: (name: FieldName) => string = () => ''): string {
  return line
    .map((inline) => {
      if (inline.type === 'text') return inline.text;
      if (inline.type === 'field') return fieldText(inline.name);
      if (inline.type === 'break') return ' ';
      return lettersOf(inline.children, fieldText);
    })
    .join('');
}
