/** What a paired phone keeps: its key, and the names by which people know the till. No cards, no people. */
export interface StoredTill {
  key: string;
  name: string;
  branch: string;
  business: string;
}

const place = 'carers-till';

/** The till that this phone is, if any. */
export function storedTill(): StoredTill | null {
  try {
    const kept = JSON.parse(localStorage.getItem(place) ?? 'null') as StoredTill | null;
    return kept && typeof kept.key === 'string' ? kept : null;
  } catch {
    // Storage may be switched off, or hold something else.
    return null;
  }
}

export function storeTill(till: StoredTill): void {
  localStorage.setItem(place, JSON.stringify(till));
}

export function forgetTill(): void {
  localStorage.removeItem(place);
}
