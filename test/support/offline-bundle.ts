/** What the server hands a till to work with alone: three offers, of which one has a limit. @param now milliseconds since 1970 */
export function offlineBundle(now: number) {
  const offer = (id: number, terms: object) => ({
    id: `0190a6a4-7c1e-7000-8000-00000000000${id}`,
    title: '10% off',
    sentence: '10% off everything you eat here.',
    revision: 1,
    usedToday: null,
    usedEver: null,
    terms: { who: 'carer', how: 'in_person', ...terms },
  });
  return {
    till: { id: 'till', name: 'Counter' },
    branch: { id: 'branch', name: 'Café' },
    business: { id: 'business', name: 'Café' },
    working: true,
    serverTime: new Date(now).toISOString(),
    offers: [
      offer(1, { kind: 'percentage', percent: 10 }),
      offer(2, { kind: 'amount_off', amountPence: 200, minimumSpendPence: 1000 }),
      offer(3, { kind: 'free_item', item: 'a coffee', limits: { perCard: { count: 1, period: 'day' } } }),
    ],
    policy: { undoMinutes: 10, syncMinutes: 15 },
    pin: null,
  };
}
