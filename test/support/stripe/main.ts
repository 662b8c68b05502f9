import { startStripe } from './stand-in.js';

/**
 * Stripe on this machine, to try payments by hand: prints the settings for a program that is to use it, and sends its
 * messages to that program. Arguments: its port, and the address of the program's webhook.
 */
const [port = '12111', webhookUrl = 'http://127.0.0.1:3000/webhooks/stripe'] = process.argv.slice(2);
const standIn = await startStripe({ apiVersion: '2026-10-28.endive', webhookUrl }, Number(port));
for (const [name, value] of Object.entries(standIn.env)) process.stdout.write(`${name}=${value}\n`);
