/** Who issues invoices, and where they can be paid by bank transfer. */
export interface SellerSettings {
  name: string;
  addressLines: string[];
  /** As `GB123456782`; null where the seller is not registered for VAT and so charges none. */
  vatNumber: string | null;
  /** At Companies House or the Charity Commission, as it should stand on documents. */
  registrationNumber: string | null;
  bank: { accountName: string; sortCode: string; accountNumber: string };
  /** What every number of a document begins with. */
  numberPrefix: string;
}

const names = [
  'INVOICE_SELLER_NAME',
  'INVOICE_SELLER_ADDRESS',
  'INVOICE_SELLER_VAT_NUMBER',
  'INVOICE_SELLER_REGISTRATION',
  'INVOICE_BANK_ACCOUNT_NAME',
  'INVOICE_BANK_SORT_CODE',
  'INVOICE_BANK_ACCOUNT_NUMBER',
  'INVOICE_NUMBER_PREFIX',
] as const;

/** The settings that say who the seller is, as they came. */
export type SellerValues = Record<(typeof names)[number], string | null>;

/** A seller that does not exist, for demos and tests: its bank account and VAT number lead nowhere. */
const demoSeller: SellerSettings = {
  name: 'Dorset Carers Card (example)',
  addressLines: ['1 Example House', 'The Quay', 'Poole', 'BH15 1HJ'],
  vatNumber: 'GB123456782',
  registrationNumber: null,
  bank: { accountName: 'Dorset Carers Card (example)', sortCode: '00-00-00', accountNumber: '00000000' },
  numberPrefix: 'CC',
};

const needed = [
  'INVOICE_SELLER_NAME',
  'INVOICE_SELLER_ADDRESS',
  'INVOICE_BANK_SORT_CODE',
  'INVOICE_BANK_ACCOUNT_NUMBER',
] as const;

/**
 * The seller from the settings; null in production where none is named, a made-up one elsewhere.
 * @param wrong gets a sentence for each setting that is missing or unreadable
 */
export function sellerFrom(values: SellerValues, production: boolean, wrong: string[]): SellerSettings | null {
  if (names.every((name) => values[name] === null)) return production ? null : demoSeller;
  for (const name of needed) if (!values[name]) wrong.push(`${name} is not set: all that names the seller is needed.`);
  const sortCode = digits(values.INVOICE_BANK_SORT_CODE);
  const accountNumber = digits(values.INVOICE_BANK_ACCOUNT_NUMBER);
  const vatNumber =
    values.INVOICE_SELLER_VAT_NUMBER?.replace(/\s/g, '')
      .toUpperCase()
      .replace(/^(?=\d)/, 'GB') ?? null;
  const numberPrefix = values.INVOICE_NUMBER_PREFIX ?? 'CC';
  if (values.INVOICE_BANK_SORT_CODE && sortCode.length !== 6) wrong.push('INVOICE_BANK_SORT_CODE must have 6 digits.');
  if (values.INVOICE_BANK_ACCOUNT_NUMBER && accountNumber.length !== 8)
    wrong.push('INVOICE_BANK_ACCOUNT_NUMBER must have 8 digits.');
  if (vatNumber !== null && !isVatNumber(vatNumber))
    wrong.push('INVOICE_SELLER_VAT_NUMBER is not a VAT number: leave it out if the seller is not registered for VAT.');
  if (!/^[A-Z0-9]{1,8}$/.test(numberPrefix))
    wrong.push('INVOICE_NUMBER_PREFIX must be 1 to 8 capital letters or digits.');
  const name = values.INVOICE_SELLER_NAME ?? '';
  return {
    name,
    addressLines: (values.INVOICE_SELLER_ADDRESS ?? '')
      .split(/[|\n]/)
      .map((line) => line.trim())
      .filter(Boolean),
    vatNumber,
    registrationNumber: values.INVOICE_SELLER_REGISTRATION,
    bank: {
      accountName: values.INVOICE_BANK_ACCOUNT_NAME ?? name,
      sortCode: sortCode.replace(/^(..)(..)(..)$/, '$1-$2-$3'),
      accountNumber,
    },
    numberPrefix,
  };
}

/**
 * Nine digits (twelve for a branch) whose first seven, weighted 8 to 2, and last two sum to a multiple of 97; since
 * 2010 also with 55 added (HMRC's VAT registration number check).
 */
export function isVatNumber(text: string): boolean {
  const match = /^GB(\d{7})(\d{2})(\d{3})?$/.exec(text);
  if (!match) return false;
  const sum = [...match[1]!].reduce((total, digit, at) => total + Number(digit) * (8 - at), Number(match[2]));
  return sum % 97 === 0 || (sum + 55) % 97 === 0;
}

function digits(text: string | null): string {
  return (text ?? '').replace(/[\s-]/g, '').replace(/^(?!\d+$).*$/, '');
}
