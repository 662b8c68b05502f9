import type { Brand } from './brand.js';
import type { Notice } from './page-result.js';
import type { Words } from './words.js';

/** A signed-in person, as far as the header of a page needs to know. The access lib puts it on the request. */
export interface Viewer {
  name?: string;
  /** Links of the header: their pages, and sign out. */
  links: readonly { href: string; text: string }[];
}

/** What templates find as `@page`, beside their own model. */
export interface ViewContext {
  words: Words;
  locale: string;
  dir: 'ltr' | 'rtl';
  brand: Brand;
  /** The address people use, without a slash at the end. */
  publicUrl: string;
  /** Path of this page, without its query. */
  path: string;
  canonical: string;
  viewer: Viewer | null;
  notice: Notice | null;
  /** Makes, or repeats, the nonce of this response. */
  nonce(): string;
  /** Makes a token for a form, and with it the cookie. */
  csrfToken(): string;
  asset(name: string): string;
  /** Hashes of inline styles and scripts that are the same on every page. */
  allowInline(kind: 'style' | 'script', hash: string): void;
  /** What a template said about itself while it was rendered: the subject of an e-mail. */
  said: Record<string, string>;
}
