import type { NotifySettings } from '@carers/settings';
import { createHmac } from 'node:crypto';

const patience = 20_000;

/** What Notify said: its id for the message, or why not. */
export type NotifyAnswer =
  | { kind: 'taken'; id: string }
  | { kind: 'failed'; said: string }
  | { kind: 'again'; said: string }
  | { kind: 'away'; said: string }
  | { kind: 'doubt'; said: string };

/** A message of ours as Notify knows it. */
export interface NotifyMessage {
  id: string;
  reference: string | null;
  status: string;
  completed_at: string | null;
  sent_at: string | null;
}

/**
 * GOV.UK Notify's API (v2), the few calls that bulletins make. Its own client waits for ever and repeats numbers in
 * what it throws; what is said here holds neither numbers nor words.
 */
export class NotifyApi {
  private readonly url: string;
  private readonly serviceId: string;
  private readonly secret: string;

  constructor(
    private readonly settings: NotifySettings,
    /** Seconds since 1970, for the token. */
    private readonly seconds: () => number,
  ) {
    this.url = settings.apiUrl ?? 'https://api.notifications.service.gov.uk';
    // A key is its name, the service's id and the secret, joined by dashes.
    this.secret = settings.apiKey.slice(-36);
    this.serviceId = settings.apiKey.slice(-73, -37);
  }

  async sendText(mobile: string, message: string, reference: string): Promise<NotifyAnswer> {
    const { textTemplate } = this.settings;
    return this.post('sms', {
      template_id: textTemplate,
      phone_number: mobile,
      personalisation: { message },
      reference,
    });
  }

  async sendEmail(
    template: string,
    address: string,
    words: { subject: string; message: string },
    oneClick: string,
    reference: string,
  ): Promise<NotifyAnswer> {
    return this.post('email', {
      template_id: template,
      email_address: address,
      personalisation: words,
      one_click_unsubscribe_url: oneClick,
      reference,
    });
  }

  async sendLetter(pdf: Buffer, reference: string): Promise<NotifyAnswer> {
    return this.post('letter', { reference, content: pdf.toString('base64'), postage: 'second' });
  }

  /** The message with our reference; null where Notify has none. @throws Error when it cannot be asked */
  async byReference(reference: string): Promise<NotifyMessage | null> {
    const { notifications } = await this.get(`?reference=${encodeURIComponent(reference)}`);
    return notifications[0] ?? null;
  }

  /** Messages of one kind, newest first, 250 at a time. @throws Error when it cannot be asked */
  async page(kind: 'sms' | 'email' | 'letter', olderThan?: string): Promise<NotifyMessage[]> {
    const before = olderThan ? `&older_than=${olderThan}` : '';
    return (await this.get(`?template_type=${kind}${before}`)).notifications;
  }

  private async get(query: string): Promise<{ notifications: NotifyMessage[] }> {
    const response = await fetch(`${this.url}/v2/notifications${query}`, {
      headers: { authorization: `Bearer ${this.token()}` },
      signal: AbortSignal.timeout(patience),
    });
    if (!response.ok) throw new Error(`Notify ${response.status}`);
    return (await response.json()) as { notifications: NotifyMessage[] };
  }

  private async post(kind: string, body: object): Promise<NotifyAnswer> {
    let response: Response;
    try {
      response = await fetch(`${this.url}/v2/notifications/${kind}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${this.token()}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(patience),
      });
      if (response.ok) return { kind: 'taken', id: ((await response.json()) as { id: string }).id };
    } catch (error) {
      // Refused before a byte left: nothing can have been taken.
      const { code } = ((error as Error).cause ?? {}) as { code?: string };
      if (code === 'ECONNREFUSED' || code === 'ENOTFOUND') return { kind: 'away', said: code };
      return { kind: 'doubt', said: (error as Error).name };
    }
    const said = String(response.status);
    if (response.status === 400) return { kind: 'failed', said };
    if (response.status >= 500) return { kind: 'doubt', said };
    // 401, 403: a wrong key; 429: too many a minute or a day. None of them is the message's fault.
    return { kind: 'away', said };
  }

  /** JSON Web Token with HMAC-SHA-256 (RFC 7519), as Notify's documentation asks. */
  private token(): string {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ iss: this.serviceId, iat: this.seconds() })}`;
    return `${signed}.${createHmac('sha256', this.secret).update(signed).digest('base64url')}`;
  }
}
