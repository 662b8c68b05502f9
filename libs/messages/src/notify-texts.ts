import type { NotifySettings } from '@carers/settings';
import { NotifyClient } from 'notifications-node-client';
import { RefusedForGood } from './transport.js';

const patience = 10_000;

/** What the client asks to be fetched. */
interface Asked {
  method: string;
  url: string;
  data: unknown;
  headers: Record<string, string>;
}

/**
 * Texts by GOV.UK Notify. One template of the account, `((message))`, takes every text: the words are ours.
 * What it throws goes into logs, so it never holds a number or a text.
 */
export class NotifyTexts {
  private readonly client: NotifyClient;

  constructor(private readonly settings: NotifySettings) {
    const { apiKey, apiUrl } = settings;
    this.client = apiUrl ? new NotifyClient(apiUrl, apiKey) : new NotifyClient(apiKey);
    // Its own client waits for ever, and repeats the number in what it throws.
    this.client.setClient(fetched as never);
  }

  /**
   * @param reference our id of the message, by which Notify's page finds it
   * @throws RefusedForGood when Notify will never take it; Error to try again
   */
  async send(mobile: string, message: string, reference: string): Promise<void> {
    await this.client.sendSms(this.settings.textTemplate, mobile, { personalisation: { message }, reference });
  }
}

async function fetched({ method, url, data, headers }: Asked): Promise<{ status: number; data: unknown }> {
  const response = await fetch(url, {
    method,
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(data),
    signal: AbortSignal.timeout(patience),
  }).catch((error: Error) => {
    throw new Error(`Notify does not answer (${error.name}).`);
  });
  // 400: this number or this text. Anything else (403 a wrong key, 429 too many, 5xx) may be right the next time.
  if (response.status === 400) throw new RefusedForGood('Notify refused the text (400).');
  if (!response.ok) throw new Error(`Notify did not take the text (${response.status}).`);
  return { status: response.status, data: await response.json() };
}
