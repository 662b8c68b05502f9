import type { Email } from 'postal-mime';

/** What a mail in the bounce mailbox says. Null for anything else: holiday notices, delays, letters from people. */
export interface BounceMail {
  kind: 'hard' | 'soft' | 'complaint';
  /** The envelope addresses that it came to, any of which may be a copy's own. */
  recipients: string[];
  /** Message-ID of the copy that it is about, where it is quoted, without angle brackets. */
  messageId: string | null;
}

/**
 * Reads a report of a mail server: a delivery status notification (RFC 3464), or a complaint in the abuse reporting
 * format (RFC 5965). `5.x.x` is hard, `4.x.x` soft; a full mailbox (x.2.2) is soft whatever the server calls it.
 */
export async function readBounceMail(raw: string | Uint8Array): Promise<BounceMail | null> {
  const { default: PostalMime } = await import('postal-mime');
  const mail = await PostalMime.parse(raw, { forceRfc822Attachments: true });
  const part = (type: string) => {
    const found = mail.attachments.find(({ mimeType }) => mimeType.toLowerCase() === type);
    return found ? textOf(found.content) : null;
  };
  const quoted = part('message/rfc822') ?? part('text/rfc822-headers') ?? '';
  const messageId = /^message-id:\s*<([^>\s]+)>/im.exec(quoted)?.[1] ?? null;
  const feedback = part('message/feedback-report');
  if (feedback !== null) {
    if (!/^feedback-type:\s*(abuse|fraud|virus|other)\b/im.test(feedback)) return null;
    const sender = /^original-mail-from:\s*<?([^>\s]+)>?/im.exec(feedback)?.[1];
    return { kind: 'complaint', recipients: [...recipientsOf(mail), ...(sender ? [sender] : [])], messageId };
  }
  const status = part('message/delivery-status');
  if (status === null || !/^action:\s*failed/im.test(status)) return null;
  const code = /^status:\s*([245])\.(\d{1,3})\.(\d{1,3})/im.exec(status);
  if (!code || code[1] === '2') return null;
  const full = code[2] === '2' && code[3] === '2';
  return { kind: code[1] === '5' && !full ? 'hard' : 'soft', recipients: recipientsOf(mail), messageId };
}

function recipientsOf(mail: Email): string[] {
  const named = ['delivered-to', 'x-original-to', 'envelope-to', 'to'];
  return mail.headers
    .filter(({ key }) => named.includes(key))
    .flatMap(({ value }) => value.match(/[^\s<>,;"]+@[^\s<>,;"]+/g) ?? []);
}

function textOf(content: string | ArrayBuffer | Uint8Array): string {
  return typeof content === 'string' ? content : Buffer.from(content as ArrayBuffer).toString('latin1');
}
