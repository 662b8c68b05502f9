/** What a column of a list may hold. */
export const importColumns = [
  'firstName',
  'lastName',
  'fullName',
  'birthDate',
  'email',
  'mobile',
  'line1',
  'line2',
  'town',
  'postcode',
  'channel',
  'consentEmail',
  'consentText',
  'consentPost',
  'consentDate',
  'consentHow',
] as const;
export type ImportColumn = (typeof importColumns)[number];

/** For each column of ours the number of the file's column, from 0; left out where there is none. */
export type Mapping = Partial<Record<ImportColumn, number>>;

/** Headings as lists have them: small letters and digits only. The first that fits wins. */
const guesses: Record<ImportColumn, RegExp> = {
  firstName: /^(first|fore|given|christian)names?$|^first$/,
  lastName: /^(last|sur|family)names?$|^last$/,
  fullName: /^(full|carers?|contact|client)?names?$/,
  birthDate: /^(dob|dateofbirth|birthdate|birthday|born)/,
  email: /^(e?mail|emailaddress|emailadd|e?mail1|primaryemail|contactemail)$/,
  mobile: /^(mobile|mobilephone|mobileno|mobilenumber|mob|cell|phone|telephone|tel|phonenumber|telno|contactnumber)$/,
  line1: /^(address|addressline1|address1|addr1|line1|street|housestreet|streetaddress|homeaddress)$/,
  line2: /^(addressline2|address2|addr2|line2|village|locality)$/,
  town: /^(town|city|towncity|posttown|addressline3|address3)$/,
  postcode: /^(postcode|postalcode|postcodes|pcode|zip|zipcode)$/,
  channel: /^(prefer|contactprefer|contactmethod|bestway)/,
  consentEmail:
    /(consent|permission|optin|gdpr|agree|mailing|ok).*e?mail$|^e?mail.*(consent|permission|optin|ok|agree)/,
  consentText: /(consent|permission|optin|agree|ok).*(text|sms)|^(text|sms).*(consent|permission|optin|ok|agree)/,
  consentPost:
    /(consent|permission|optin|agree|ok).*(post|letter)$|^(post|letter|mail).*(consent|permission|optin|ok|agree)/,
  consentDate: /(consent|permission|optin|agreed|signed).*(date|on)$|^(date|dateof)(consent|permission|signed|optin)/,
  consentHow: /(consent|permission|optin).*(how|method|source|by|type)$|^how(consent|agreed)/,
};

/**
 * Which column is which, from the headings; what was chosen for the same headings before goes first.
 * @param before headings and mapping of an earlier list
 */
export function guessMapping(
  headings: readonly string[],
  before: { headings: readonly string[]; mapping: Mapping } | null = null,
): Mapping {
  const plain = headings.map(plainHeading);
  const taken = new Set<number>();
  const mapping: Mapping = {};
  const take = (column: ImportColumn, at: number): void => {
    if (at < 0 || taken.has(at)) return;
    mapping[column] = at;
    taken.add(at);
  };
  for (const column of importColumns) {
    const was = before?.mapping[column];
    if (was !== undefined) take(column, plain.indexOf(plainHeading(before!.headings[was] ?? '\0')));
  }
  for (const column of importColumns) {
    if (mapping[column] !== undefined) continue;
    if (column === 'fullName' && mapping.firstName !== undefined && mapping.lastName !== undefined) continue;
    take(
      column,
      plain.findIndex((heading, at) => !taken.has(at) && guesses[column].test(heading)),
    );
  }
  return mapping;
}

/** Fields without which no row can go in; catalogue keys. */
export function missingOf(mapping: Mapping): ImportColumn[] {
  const missing: ImportColumn[] = [];
  if (mapping.fullName === undefined && mapping.firstName === undefined) missing.push('firstName');
  if (mapping.fullName === undefined && mapping.lastName === undefined) missing.push('lastName');
  if (mapping.postcode === undefined) missing.push('postcode');
  return missing;
}

export function plainHeading(heading: string): string {
  return heading.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** A column of ours by its name; null where there is none of that name. */
export function importColumnOf(name: string): ImportColumn | null {
  return importColumns.find((column) => column === name) ?? null;
}
