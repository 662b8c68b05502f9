/** The part of html-to-text 10 that is used here; the package has no types of its own. */
declare module 'html-to-text' {
  export interface Selector {
    selector: string;
    format?: string;
    options?: Record<string, unknown>;
  }
  export function convert(html: string, options?: { wordwrap?: number | false; selectors?: Selector[] }): string;
}
