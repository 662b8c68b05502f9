import { z } from 'zod';

/**
 * True for text that PostgreSQL and JSON can both hold: no NUL, no other control characters than tab and line ends,
 * no half of a surrogate pair.
 */
export function isCleanText(text: string): boolean {
  return text.isWellFormed() && !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(text);
}

export interface TextRule {
  /** Most characters after trimming. */
  max: number;
  /** Catalogue key when nothing was typed. */
  missing: string;
  /** Catalogue key when too long; the sentence gets `{{max}}`. */
  tooLong?: string;
}

/** One line that must be given: trimmed, inner white space collapsed to single spaces, bounded. */
export function line(rule: TextRule) {
  return z
    .string({ error: rule.missing })
    .refine(isCleanText, { error: 'pages:errors.unreadable-characters' })
    .transform((text) => text.replace(/\s+/g, ' ').trim())
    .pipe(
      z
        .string()
        .min(1, { error: rule.missing })
        .max(rule.max, { error: rule.tooLong ?? 'pages:errors.too-long' }),
    );
}

/** One line that may be left empty; empty becomes null. */
export function optionalLine(rule: Omit<TextRule, 'missing'>) {
  return z
    .string()
    .optional()
    .nullable()
    .transform((text) => (text ?? '').replace(/\s+/g, ' ').trim())
    .refine(isCleanText, { error: 'pages:errors.unreadable-characters' })
    .refine((text) => text.length <= rule.max, { error: rule.tooLong ?? 'pages:errors.too-long' })
    .transform((text) => text || null);
}

/** Several lines that may be left empty; line ends become `\n`; empty becomes null. */
export function optionalParagraphs(rule: Omit<TextRule, 'missing'>) {
  return z
    .string()
    .optional()
    .nullable()
    .transform((text) => (text ?? '').replace(/\r\n?/g, '\n').trim())
    .refine(isCleanText, { error: 'pages:errors.unreadable-characters' })
    .refine((text) => text.length <= rule.max, { error: rule.tooLong ?? 'pages:errors.too-long' })
    .transform((text) => text || null);
}
