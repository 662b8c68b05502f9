import type { Stripe } from 'stripe';

/** Stripe's page for a payer, as much of it as a test needs: what is to be paid, and buttons for what may become of it. */
export function payersPage(session: Stripe.Checkout.Session, lines: Stripe.LineItem[]): string {
  const pounds = (pence: number) => `£${(pence / 100).toFixed(2)}`;
  const button = (value: string, label: string) => `<p><button name="by" value="${value}">${label}</button></p>`;
  const rows = lines.map(
    ({ description, quantity, amount_total }) =>
      `<li>${escaped(description ?? '')} × ${quantity ?? 1}: ${pounds(amount_total)}</li>`,
  );
  return `<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>Pay ${pounds(session.amount_total!)}</title></head>
<body><main><h1>Pay ${pounds(session.amount_total!)}</h1><ul>${rows.join('')}</ul>
<form method="post">${[
    session.payment_method_types.includes('card') ? button('card', 'Pay by card') : '',
    session.payment_method_types.includes('bacs_debit') ? button('bacs_debit', 'Pay by Direct Debit') : '',
    button('declined', 'Pay by a card that is declined'),
  ].join('')}</form>
${session.cancel_url ? `<p><a href="${escaped(session.cancel_url)}">Cancel</a></p>` : ''}</main></body></html>`;
}

/** The page of a session that cannot be paid any more. */
export function closedPage(status: string): string {
  return `<!doctype html><html lang="en-GB"><title>Closed</title><h1>This page is ${escaped(status)}</h1></html>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
