import { createServer, type Server } from 'node:http';

/** A message that the stand-in took. */
export interface TakenMessage {
  id: string;
  kind: string;
  reference: string | null;
  to: string;
  status: string;
  completed_at: string | null;
}

/** Messages on one page of a list. */
const pageSize = 250;

/** GOV.UK Notify as far as we use it, on this machine: takes messages, finds them by reference, answers as a test says. */
export class NotifyStandIn {
  readonly taken: TakenMessage[] = [];
  /** What it does before it answers a message: an HTTP status, or null to take it. `lost` takes it and answers with an error. */
  answer: (kind: string, body: Record<string, unknown>) => number | 'lost' | null = () => null;
  /** The JSON Web Token that the last request brought. */
  token: string | null = null;
  private readonly byReference = new Map<string, TakenMessage[]>();
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://stand-in');
      const chunks: Buffer[] = [];
      this.token = request.headers.authorization?.replace(/^Bearer /, '') ?? null;
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const send = (status: number, body: object) =>
          void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
        if (request.method === 'GET') {
          const reference = url.searchParams.get('reference');
          const found = reference === null ? this.page(url.searchParams) : (this.byReference.get(reference) ?? []);
          return send(200, { notifications: found, links: {} });
        }
        const body = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>;
        const kind = url.pathname.split('/').at(-1)!;
        const refused = this.answer(kind, body);
        if (typeof refused === 'number')
          return send(refused, { errors: [{ error: 'Error', message: 'As the test says' }] });
        const message = this.take(kind, body);
        if (refused === null) send(201, { id: message.id, reference: message.reference });
        else send(503, { errors: [{ error: 'Error', message: 'Lost on its way' }] });
      });
    });
  }

  /** Begins to listen and gives its address. */
  async open(port = 0): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(port, '127.0.0.1', resolve));
    const address = this.server.address() as { port: number };
    return `http://127.0.0.1:${address.port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  /** Newest first, as Notify lists them. */
  private page(asked: URLSearchParams): TakenMessage[] {
    const olderThan = asked.get('older_than');
    const before = this.taken.findIndex(({ id }) => id === olderThan);
    return this.taken
      .slice(0, olderThan === null ? undefined : Math.max(0, before))
      .filter(({ kind }) => kind === (asked.get('template_type') ?? kind))
      .slice(-pageSize)
      .reverse();
  }

  private take(kind: string, body: Record<string, unknown>): TakenMessage {
    const reference = (body['reference'] as string | undefined) ?? null;
    const message: TakenMessage = {
      id: `00000000-0000-4000-8000-${String(this.taken.length).padStart(12, '0')}`,
      kind,
      reference,
      to: (body['phone_number'] ?? body['email_address'] ?? '') as string,
      status: 'sending',
      completed_at: null,
    };
    this.taken.push(message);
    if (reference) this.byReference.set(reference, [...(this.byReference.get(reference) ?? []), message]);
    return message;
  }
}
