import { SetMetadata } from '@nestjs/common';

/** What one page needs beyond the strict policy that every page has. */
export interface Permissions {
  /** The camera of the device: the till. */
  camera?: boolean;
  /** WebAssembly: the scanner. */
  wasm?: boolean;
  /** Workers and service workers of our own. */
  workers?: boolean;
  /** Origins that a form of the page may lead to, for browsers check redirects too: a payment page. */
  formsTo?: readonly string[];
}

export const PERMITS = 'pages:permits';

/** Lets the pages of one route or controller do more than others: `@Permits({ camera: true, wasm: true })`. */
export const Permits = (permissions: Permissions) => SetMetadata(PERMITS, permissions);

/** What the policy of one response has to allow, gathered while its page is rendered. */
export class ResponsePolicy {
  permissions: Permissions = {};
  readonly styles = new Set<string>();
  readonly scripts = new Set<string>();
  private given: string | null = null;

  constructor(private readonly makeNonce: () => string) {}

  /** A nonce, made when a page first asks for one: pages without stay the same from one request to the next. */
  nonce(): string {
    this.given ??= this.makeNonce();
    return this.given;
  }

  /** The Content-Security-Policy header. */
  csp(https: boolean): string {
    const nonce = this.given ? [`'nonce-${this.given}'`] : [];
    const { wasm, workers, formsTo = [] } = this.permissions;
    const directives: [string, ...string[]][] = [
      ['default-src', "'none'"],
      ['script-src', "'self'", ...this.scripts, ...nonce, ...(wasm ? ["'wasm-unsafe-eval'"] : [])],
      ['style-src', "'self'", ...this.styles, ...nonce],
      ['img-src', "'self'", 'data:'],
      ['font-src', "'self'"],
      ['connect-src', "'self'"],
      ['manifest-src', "'self'"],
      ...(workers ? [['worker-src', "'self'"] as [string, string]] : []),
      ['form-action', "'self'", ...formsTo],
      ['frame-ancestors', "'none'"],
      ['base-uri', "'none'"],
      ['object-src', "'none'"],
      ...(https ? [['upgrade-insecure-requests'] as [string]] : []),
    ];
    return directives.map((directive) => directive.join(' ')).join('; ');
  }

  /** The Permissions-Policy header: devices no page of ours asks for, and the camera where it does. */
  permissionsPolicy(): string {
    const camera = this.permissions.camera ? '(self)' : '()';
    return `camera=${camera}, microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()`;
  }
}
