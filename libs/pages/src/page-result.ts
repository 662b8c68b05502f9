import type { FieldError, ProblemParams } from '@carers/kernel';

/** What a template is rendered with. `form` and `errors` fill and mark the fields of a form page. */
export interface PageModel {
  form?: Readonly<Record<string, unknown>>;
  errors?: readonly FieldError[];
  [name: string]: unknown;
}

export interface PageOptions {
  /** 200, or 422 when the model has errors. */
  status?: number;
  headers?: Readonly<Record<string, string>>;
  /**
   * Seconds for which anybody's copy may be kept, for pages that are the same for everyone. It is ignored when the
   * page turned out personal (signed in, a notice to show, a form with a token). Gives the page an ETag.
   */
  publicFor?: number;
}

/** A page to be rendered by the interceptor. */
export class PageResult {
  constructor(
    readonly template: string,
    readonly model: PageModel,
    readonly options: PageOptions,
  ) {}
}

/** A redirection, with a notice to show on the next page if there is one. */
export class RedirectResult {
  constructor(
    readonly url: string,
    readonly status: number,
    readonly notice: Notice | null,
  ) {}
}

/** A sentence shown once, at the top of the next page. */
export interface Notice {
  /** Catalogue key. */
  key: string;
  params?: ProblemParams;
}

/** The page of template `<lib>/<path>` (that is `libs/<lib>/templates/<path>.hbs`). */
export function page(template: string, model: PageModel = {}, options: PageOptions = {}): PageResult {
  return new PageResult(template, model, options);
}

/** Go on to another page, after a form (303) unless another status is given; `notice` is shown there once. */
export function redirect(
  url: string,
  status: 301 | 302 | 303 | 307 | 308 = 303,
  options: { notice?: string | Notice } = {},
): RedirectResult {
  const notice = typeof options.notice === 'string' ? { key: options.notice } : (options.notice ?? null);
  return new RedirectResult(url, status, notice);
}
