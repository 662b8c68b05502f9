import { Refusal } from './errors.js';

/** An answer, kept for whoever asks with the same key. */
export interface Answer {
  status: number;
  body: object;
}

interface Entry {
  request: string;
  answer: Answer | null;
  at: number;
}

/** Stripe's idempotency: one key, one request, one answer, whatever became of it, for a day. */
export class Idempotency {
  private readonly kept = new Map<string, Entry>();

  constructor(private readonly seconds: () => number) {}

  /**
   * Begins a request under a key.
   * @returns the answer there was before, or null where it is new
   * @throws Refusal for a key that was used otherwise, or is in use at this moment
   */
  begin(key: string, request: string): Answer | null {
    if (key.length > 255)
      throw new Refusal(400, 'invalid_request_error', 'Idempotency keys have at most 255 characters.');
    const entry = this.kept.get(key);
    if (!entry || this.seconds() - entry.at > 86_400) {
      this.kept.set(key, { request, answer: null, at: this.seconds() });
      return null;
    }
    if (entry.request !== request)
      throw new Refusal(
        400,
        'idempotency_error',
        `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}'.`,
      );
    if (!entry.answer)
      throw new Refusal(409, 'idempotency_error', 'There is currently another in-progress request using this key.', {
        code: 'idempotency_key_in_use',
      });
    return entry.answer;
  }

  end(key: string, answer: Answer): void {
    this.kept.get(key)!.answer = answer;
  }

  /** Nothing was begun: the key is as if it had never been seen. */
  forget(key: string): void {
    this.kept.delete(key);
  }
}
