import { lookup as resolve } from 'node:dns';
import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { Settings } from '@carers/settings';
import { Injectable } from '@nestjs/common';
import { hostOf } from './endpoint-url.js';
import { isInternal, isLoopback } from './internal-addresses.js';
import type { AttemptFault } from './webhook-delivery.entity.js';

/** How an attempt went. Without a `fault` the receiver has taken it. */
export interface Answer {
  status: number | null;
  fault: AttemptFault | null;
  /** The beginning of the body, in characters that can be kept and shown. */
  body: string | null;
  /** Seconds that the receiver asks us to wait (429, 503). */
  retryAfter: number | null;
}

/** Bounds of one attempt; tests make them smaller. */
@Injectable()
export class SenderLimits {
  /** From the first packet to the end of the answer. Standard Webhooks: 15 to 30 seconds. */
  timeoutMs = 20_000;
  /** Of the answer's body: more is neither read nor kept. */
  readBytes = 16_384;
  keptCharacters = 500;
}

class AddressRefused extends Error {}

/**
 * One POST to a stranger's address. It connects to the very address that was checked, so that a name cannot lead
 * elsewhere between the check and the connection; follows no redirect; waits no longer and reads no more than agreed.
 */
@Injectable()
export class Sender {
  constructor(
    private readonly limits: SenderLimits,
    private readonly settings: Settings,
  ) {}

  async post(address: string, headers: Record<string, string>, body: string): Promise<Answer> {
    const url = new URL(address);
    const host = hostOf(url);
    const signal = AbortSignal.timeout(this.limits.timeoutMs);
    try {
      // A host that is an address is never looked up, so it is checked here.
      if (isIP(host) && this.refuses(host)) throw new AddressRefused();
      if (url.protocol !== 'https:' && (this.settings.production || !(host === 'localhost' || isLoopback(host)))) {
        throw new AddressRefused();
      }
      return await this.send(url, headers, body, signal);
    } catch (error) {
      const fault = error instanceof AddressRefused ? 'address' : signal.aborted ? 'timeout' : 'connection';
      return { status: null, fault, body: null, retryAfter: null };
    }
  }

  private async send(url: URL, headers: Record<string, string>, body: string, signal: AbortSignal): Promise<Answer> {
    const request = url.protocol === 'https:' ? requestHttps : requestHttp;
    const response = await new Promise<IncomingMessage>((answered, failed) => {
      const sending = request(url, {
        method: 'POST',
        // No connection is kept: each is made to an address that was just checked.
        agent: false,
        lookup: this.lookup,
        signal,
        maxHeaderSize: 16_384,
        headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      });
      sending.once('response', answered).once('error', failed);
      sending.end(body);
    });
    const text = await this.read(response);
    const status = response.statusCode ?? 0;
    return {
      status,
      fault: faultOf(status),
      body: shown(text, this.limits.keptCharacters),
      retryAfter: secondsOf(response.headers['retry-after']),
    };
  }

  /** The beginning of a body; the rest is left unread and the connection ends. */
  private async read(response: IncomingMessage): Promise<string> {
    const parts: Buffer[] = [];
    let length = 0;
    for await (const part of response as AsyncIterable<Buffer>) {
      parts.push(part);
      length += part.length;
      if (length >= this.limits.readBytes) break;
    }
    return Buffer.concat(parts).toString('utf8', 0, this.limits.readBytes);
  }

  /** Looks a name up and gives only addresses that may be connected to; one that may not refuses the whole name. */
  private readonly lookup: LookupFunction = (hostname, options, done) => {
    resolve(hostname, { ...options, all: true }, (error, found) => {
      const refused = error ?? (found.some(({ address }) => this.refuses(address)) ? new AddressRefused() : null);
      if (refused || found.length === 0) return done(refused ?? new AddressRefused(), '');
      if (options.all) done(null, found);
      else done(null, found[0]!.address, found[0]!.family);
    });
  };

  private refuses(address: string): boolean {
    return isInternal(address) && (this.settings.production || !isLoopback(address));
  }
}

function faultOf(status: number): AttemptFault | null {
  if (status >= 200 && status < 300) return null;
  if (status === 410) return 'gone';
  return status >= 300 && status < 400 ? 'redirect' : 'status';
}

/** `Retry-After` in seconds (RFC 9110); a date or nonsense is left out. */
function secondsOf(header: string | undefined): number | null {
  return header && /^\d{1,6}$/.test(header.trim()) ? Number(header) : null;
}

/** Text that can be kept and shown: no control characters, no halves of characters, bounded. */
function shown(text: string, most: number): string | null {
  const clean = text
    .toWellFormed()
    .replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ')
    .trim()
    .slice(0, most);
  return clean.toWellFormed() || null;
}
