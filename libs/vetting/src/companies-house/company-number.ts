/**
 * Two signs that begin a company number, and what the number stands for. Companies Act 2006, section 1066; the list is
 * that of the register's URI guide. Societies (`IP`, `SP`, `NP`, `RS`) may end in letters; the others are six digits.
 */
const kinds: Readonly<Record<string, CompanyKind>> = {
  SC: 'company', NI: 'company', R0: 'company',
  OC: 'partnership', SO: 'partnership', NC: 'partnership', LP: 'partnership', SL: 'partnership', NL: 'partnership',
  FC: 'overseas', SF: 'overseas', NF: 'overseas', OE: 'overseas',
  IP: 'society', SP: 'society', NP: 'society', RS: 'society', NO: 'society',
  CE: 'charity', CS: 'charity',
  IC: 'fund', SI: 'fund', AC: 'other', SA: 'other', NA: 'other', RC: 'other', SR: 'other', NR: 'other',
  GE: 'other', GS: 'other', GN: 'other', SE: 'other', PC: 'other', ZC: 'other', SZ: 'other', NZ: 'other',
}; // prettier-ignore

export type CompanyKind = 'company' | 'partnership' | 'overseas' | 'society' | 'charity' | 'fund' | 'other';

/** A company number in its one form: eight signs, capital letters. */
export type CompanyNumber = string & { readonly companyNumber: true };

/**
 * The number in its one form: spaces and hyphens gone, capital letters, the zeros that people leave out put back
 * (`1234567` → `01234567`, `sc 12345` → `SC012345`). Null for what cannot be a number; whether there is such a company
 * only the register knows.
 */
export function companyNumber(typed: string): CompanyNumber | null {
  const text = typed
    .normalize('NFKC')
    .replace(/[\s.-]/g, '')
    .toUpperCase();
  if (/^\d{1,8}$/.test(text)) return /[1-9]/.test(text) ? (text.padStart(8, '0') as CompanyNumber) : null;
  const [, prefix, rest] = /^([A-Z]{2}|R(?=0))([A-Z\d]{1,7})$/.exec(text) ?? [];
  if (!prefix || !rest) return null;
  // `R0` was given as R and seven digits, in the north of Ireland before 1922.
  const number = prefix === 'R' ? `R${rest.padStart(7, '0')}` : `${prefix}${rest.padStart(6, '0')}`;
  const kind = kindIn(number);
  if (number.length !== 8 || kind === null || !/[1-9]/.test(number.slice(2))) return null;
  const tail = kind === 'society' ? /^\d{3}[A-Z\d]{3}$/ : /^\d{6}$/;
  return tail.test(number.slice(2)) ? (number as CompanyNumber) : null;
}

/** What a number stands for. */
export function companyKind(number: CompanyNumber): CompanyKind {
  return kindIn(number) ?? 'company';
}

function kindIn(number: string): CompanyKind | null {
  const prefix = number.slice(0, 2);
  return /^\d\d$/.test(prefix) ? 'company' : (kinds[prefix] ?? null);
}
