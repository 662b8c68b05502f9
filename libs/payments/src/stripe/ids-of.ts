/** The id of what Stripe gives either as an id or, where it was asked to, as the whole object. */
export function idOf(given: string | { id: string } | null | undefined): string | null {
  return typeof given === 'string' ? given : (given?.id ?? null);
}
