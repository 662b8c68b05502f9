/** What nodemailer throws. */
interface SmtpError {
  responseCode?: number;
  response?: string;
  command?: string;
  code?: string;
}

/**
 * What an error means for a copy: refused for good (a hard bounce where the mailbox is not there), put off, the
 * provider is away, or nobody knows (the dot may have left, and no answer came).
 */
export type Meaning =
  | { kind: 'failed'; said: string; noSuchMailbox: boolean }
  | { kind: 'again'; said: string }
  | { kind: 'away'; said: string }
  | { kind: 'doubt'; said: string };

/**
 * Reads an error of the mail server. What is kept of it holds no address: servers repeat it in their words.
 * @param passed whether the end of the message may have been written
 */
export function meaningOf(error: unknown, passed: boolean): Meaning {
  const { responseCode, response, command, code } = error as SmtpError;
  if (responseCode === undefined) {
    const said = code ?? 'no answer';
    return passed ? { kind: 'doubt', said } : { kind: 'away', said };
  }
  const enhanced = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})/.exec(response ?? '')?.[1];
  const said = [responseCode, enhanced].filter(Boolean).join(' ');
  const ofTheCopy = command === 'RCPT TO' || command === 'DATA' || passed;
  // 421: the server is closing; an answer to anything but the copy says something of us, not of the addressee.
  if (responseCode === 421 || !ofTheCopy) return { kind: 'away', said };
  if (responseCode < 500) return { kind: 'again', said };
  const noSuchMailbox =
    command === 'RCPT TO' && (enhanced ? /^5\.1\.(1|2|3|6|10)$/.test(enhanced) : [550, 553].includes(responseCode));
  return { kind: 'failed', said, noSuchMailbox };
}
