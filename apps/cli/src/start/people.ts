/** Somebody of the demo scheme whom a newcomer can be. */
export interface DemoPerson {
  /** For people: 'Registrar'. */
  role: string;
  name: string;
  email: string;
  /** Path of the page that shows the codes of their authenticator app. */
  totp?: string;
}

/** What `demo --json` answers, as far as it is printed. */
export interface DemoAnswer {
  people?: DemoPerson[];
}

/** Where to go and whom to be, printed once everything answers. */
export function welcome(address: string, people: readonly DemoPerson[], withOutbox: boolean, logs: string): string {
  const places = [
    ['Home page', '/'],
    ['Apply for a card', '/apply'],
    ['Offers', '/offers'],
    ['For businesses', '/for-business'],
    ['Till', '/till'],
    ['Sign in', '/sign-in'],
    ['API', '/api/docs'],
  ] as const;
  const width = Math.max(...people.map(({ role }) => role.length), 16);
  const lines = ['', `Carers Card is ready at ${address}`, ''];
  for (const [what, path] of places) lines.push(`  ${what.padEnd(width)}  ${address}${path}`);
  if (people.length > 0) {
    lines.push('', `People to sign in as, at ${address}/sign-in (no password: a link and a code come by e-mail)`, '');
    for (const { role, name, email } of people) lines.push(`  ${role.padEnd(width)}  ${email}  (${name})`);
  }
  if (withOutbox) lines.push('', `All their mail can be read at ${address}/dev/outbox`);
  const codes = people.find(({ totp }) => totp)?.totp;
  if (withOutbox && codes) lines.push(`Staff also type a code of an authenticator app: ${address}${codes}`);
  lines.push('', `Logs are in ${logs}. Press Ctrl-C to stop.`, '');
  return lines.join('\n');
}
