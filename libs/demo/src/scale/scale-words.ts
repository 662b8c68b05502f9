import type { OfferTerms } from '@carers/offer-rules';

/** Words from which names of businesses are put together; none is a real business's on purpose. */
export const firstWords = [
  'Harbour',
  'Old',
  'Chalk',
  'Willow',
  'Purbeck',
  'Heath',
  'Bramble',
  'Stour',
  'Cobb',
  'Fern',
  'Anvil',
  'Linden',
  'Marlow',
  'Swift',
  'Copper',
  'Juniper',
];
export const secondWords = [
  'Kitchen',
  'Bakery',
  'Cycles',
  'Books',
  'Garden',
  'Studio',
  'Motors',
  'Café',
  'Stores',
  'Barbers',
  'Pharmacy',
  'Cinema',
  'Yarns',
  'Pottery',
  'Leisure',
  'Opticians',
];
export const firstNames = [
  'Margaret',
  'Susan',
  'David',
  'Priya',
  'Łukasz',
  'Aoife',
  'Mohammed',
  'Chloe',
  'Grace',
  'Tom',
  'Zoë',
  'Amrit',
  'Helen',
  'Peter',
  'Yan',
  'Rosa',
];
export const lastNames = [
  'Hale',
  'Okafor',
  'Singh',
  'Nowak',
  'Brown',
  'Ferris',
  'Ahmed',
  'Lane',
  'Trent',
  'Moreau',
  'Price',
  'Quinn',
  'Baker',
  'Shah',
  'Webb',
  'Young',
];

const base = { who: 'carer', how: 'in_person' } as const;

/** Offers of every kind, some with days, minimum spends and limits, as in a real directory. */
export const offerContents: { subject: string | null; terms: OfferTerms }[] = [
  { subject: 'your meal', terms: { ...base, kind: 'percentage', percent: 10 } },
  {
    subject: 'your meal',
    terms: { ...base, kind: 'percentage', percent: 20, days: [1, 2, 3, 4], who: 'carer_and_cared_for' },
  },
  { subject: 'your shopping', terms: { ...base, kind: 'percentage', percent: 5, minimumSpendPence: 2000 } },
  {
    subject: 'a cut',
    terms: { ...base, kind: 'amount_off', amountPence: 500, limits: { perCard: { count: 1, period: 'month' } } },
  },
  { subject: 'a repair', terms: { ...base, kind: 'amount_off', amountPence: 1500, minimumSpendPence: 6000 } },
  {
    subject: null,
    terms: { ...base, kind: 'free_item', item: 'hot drink', limits: { perCard: { count: 1, period: 'day' } } },
  },
  { subject: null, terms: { ...base, kind: 'free_item', item: 'companion ticket', who: 'carer_and_cared_for' } },
  {
    subject: null,
    terms: { ...base, kind: 'fixed_price', pricePence: 750, item: 'Lunch', times: [{ from: '11:30', to: '14:30' }] },
  },
  { subject: null, terms: { ...base, kind: 'service', service: 'A quiet hour every Tuesday morning', days: [2] } },
  { subject: 'all services', terms: { ...base, kind: 'percentage', percent: 15, excludesBankHolidays: true } },
];
