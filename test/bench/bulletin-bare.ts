import { createTransport } from 'nodemailer';

/** What the bare loop is told: where to, how many, and the words of a copy. */
export interface BareOrder {
  url: string;
  mails: number;
  subject: string;
  html: string;
  text: string;
  headers: Record<string, string>;
}

/** A bare nodemailer loop on the same pooled transport: no database, no door, no claim. Tells its mails a second. */
process.once('message', (order: BareOrder) => void run(order));
process.once('disconnect', () => process.exit());

async function run({ url, mails, subject, html, text, headers }: BareOrder): Promise<void> {
  const transport = createTransport({ url, pool: true, maxConnections: 5, maxMessages: 1_000 } as object);
  const began = performance.now();
  let next = 0;
  const loop = async () => {
    while (next < mails) {
      const index = next++;
      const address = `bare${index}@sink.example`;
      await transport.sendMail({
        from: { name: 'Carers', address: 'no-reply@card.example' },
        to: { name: `Person ${index}`, address },
        subject: `${subject} ${index}`,
        html,
        text,
        messageId: `<bare${index}@card.example>`,
        headers,
      });
    }
  };
  await Promise.all(Array.from({ length: 6 }, loop));
  process.send!(mails / ((performance.now() - began) / 1000));
  transport.close();
}
