import { Column, type ValueTransformer } from 'typeorm';
import { sealing } from './sealing.js';

/** A transformer that seals on the way to the database and opens on the way back; null stays null. */
export function sealedText(purpose: string): ValueTransformer {
  return {
    to: (text: string | null | undefined) => (text == null ? text : sealing().seal(text, purpose)),
    from: (value: string | null) => (value === null ? null : sealing().open(value, purpose)),
  };
}

/** A text column that is encrypted at rest: contact details, addresses, dates of birth, personal notes. */
export function SealedColumn(options: { name: string; nullable?: boolean }): PropertyDecorator {
  return Column('text', { ...options, transformer: sealedText(options.name) });
}
