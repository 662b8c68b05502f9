/** What Stripe refuses, in the shape in which it says so. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly type: 'invalid_request_error' | 'idempotency_error' | 'card_error' | 'api_error' | 'rate_limit_error',
    message: string,
    readonly more: { code?: string; param?: string; decline_code?: string; payment_intent?: object } = {},
  ) {
    super(message);
  }

  /** The body of the answer. */
  get body(): { error: Record<string, unknown> } {
    return { error: { type: this.type, message: this.message, ...this.more } };
  }
}

/** A request that cannot be understood or done: 400 unless another status is given. */
export function invalid(message: string, more: Refusal['more'] = {}, status = 400): Refusal {
  return new Refusal(status, 'invalid_request_error', message, more);
}

/** Names an object that is not there: 404 for the object of the address, 400 for one of a parameter. */
export function missing(kind: string, id: string, param?: string): Refusal {
  const more = { code: 'resource_missing', param: param ?? 'id' };
  return invalid(`No such ${kind}: '${id}'`, more, param ? 400 : 404);
}
