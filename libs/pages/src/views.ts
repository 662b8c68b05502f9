import { projectRoot, whenUsed } from '@carers/kernel';
import Handlebars from 'handlebars/dist/handlebars.js';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Brand } from './brand.js';
import { registerHelpers } from './helpers.js';
import { NowAndThen } from './now-and-then.js';
import { dirOf, FALLBACK_LOCALE, type Translations } from './translations.js';
import type { ViewContext } from './view-context.js';

const htmlToText = whenUsed<typeof import('html-to-text')>('html-to-text');

export interface ViewsOptions {
  /** The address people use, without a slash at the end: links in messages begin with it. */
  publicUrl: string;
  /** Read changed templates again (development). */
  watch?: boolean;
  libs?: string;
}

/** An e-mail, ready for the transport. */
export interface RenderedEmail {
  subject: string;
  html: string;
  text: string;
}

/** For whom a message is rendered. */
export interface MessageContext {
  locale: string;
  brand: Brand;
}

interface Compiled {
  render: Handlebars.TemplateDelegate;
  path: string;
  stamp: number;
}

/** One Handlebars for pages, e-mails, texts and letters: `<lib>/<path>` is `libs/<lib>/templates/<path>.hbs`. */
export class Views {
  /** One that escapes for HTML, and one for plain text that does not: a partial is compiled for one of them. */
  private readonly html = Handlebars.create();
  private readonly plain = Handlebars.create();
  private readonly compiled = new Map<string, Compiled>();
  private readonly libs: string;
  private readonly look = new NowAndThen();
  private partialsStamp = '';

  constructor(
    private readonly translations: Translations,
    private readonly options: ViewsOptions,
  ) {
    this.libs = options.libs ?? join(projectRoot, 'libs');
    registerHelpers(this.html);
    registerHelpers(this.plain);
    this.registerPartials();
  }

  /** HTML of a template. The context is the page interceptor's; messages use `email` and `plainText`. */
  render(template: string, model: object, context: ViewContext): string {
    return this.template(template, false)(model, { data: { page: context } });
  }

  /** An e-mail from a template that begins `{{#> message-email subject=(t '…')}}`; the text part is made from it. */
  email(template: string, model: object, message: MessageContext): RenderedEmail {
    const context = this.messageContext(message);
    const html = this.render(template, model, context);
    const subject = context.said['subject'];
    if (!subject) throw new Error(`Template ${template} has no subject: wrap it in {{#> message-email subject=…}}`);
    return { subject: subject.replace(/\s+/g, ' ').trim(), html, text: asText(html) };
  }

  /** Plain text of a template (texts to phones): nothing is escaped, blank lines at the ends are cut. */
  plainText(template: string, model: object, message: MessageContext): string {
    return this.template(template, true)(model, { data: { page: this.messageContext(message) } }).trim();
  }

  /** Whether there is such a template. */
  has(template: string): boolean {
    return existsSync(this.pathOf(template));
  }

  private messageContext({ locale, brand }: MessageContext): ViewContext {
    const never = (what: string) => () => {
      throw new Error(`A message has no ${what}`);
    };
    return {
      words: this.translations.in(locale),
      locale: locale || FALLBACK_LOCALE,
      dir: dirOf(locale),
      brand,
      publicUrl: this.options.publicUrl,
      path: '',
      canonical: this.options.publicUrl,
      viewer: null,
      notice: null,
      nonce: never('nonce'),
      csrfToken: never('form'),
      asset: never('assets'),
      allowInline: () => undefined,
      said: {},
    };
  }

  private template(name: string, noEscape: boolean): Handlebars.TemplateDelegate {
    if (this.options.watch && this.look.due()) this.forgetChanged();
    const key = noEscape ? `${name}|plain` : name;
    const known = this.compiled.get(key);
    const path = this.pathOf(name);
    if (known) return known.render;
    const stamp = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
    if (stamp === undefined) throw new Error(`No template ${path}`);
    const render = (noEscape ? this.plain : this.html).compile(readFileSync(path, 'utf8'), { noEscape });
    this.compiled.set(key, { render, path, stamp });
    return render;
  }

  private forgetChanged(): void {
    this.registerPartials();
    for (const [key, { path, stamp }] of this.compiled) {
      if (statSync(path, { throwIfNoEntry: false })?.mtimeMs !== stamp) this.compiled.delete(key);
    }
  }

  private pathOf(name: string): string {
    const match = /^([a-z][a-z0-9-]*)\/([a-z0-9-]+(?:\/[a-z0-9-]+)*)$/.exec(name);
    if (!match) throw new Error(`Not a template name: ${name}`);
    return join(this.libs, match[1]!, 'templates', `${match[2]!}.hbs`);
  }

  /** `libs/<lib>/templates/partials/<name>.hbs` is `<lib>/partials/<name>`; those of this lib also plain `<name>`. */
  private registerPartials(): void {
    const found = readdirSync(this.libs).flatMap((lib) => {
      const folder = join(this.libs, lib, 'templates', 'partials');
      if (!existsSync(folder)) return [];
      return readdirSync(folder)
        .filter((file) => file.endsWith('.hbs'))
        .map((file) => ({ lib, name: file.slice(0, -4), path: join(folder, file) }));
    });
    const stamp = found.map(({ path }) => `${path}:${statSync(path).mtimeMs}`).join();
    if (stamp === this.partialsStamp) return;
    this.partialsStamp = stamp;
    for (const { lib, name, path } of found) {
      const source = readFileSync(path, 'utf8');
      // Compiled here: Handlebars would compile a partial that is text again for every page that shows it.
      for (const [handlebars, noEscape] of [
        [this.html, false],
        [this.plain, true],
      ] as const) {
        const partial = handlebars.compile(source, { noEscape });
        handlebars.registerPartial(`${lib}/partials/${name}`, partial);
        if (lib === 'pages') handlebars.registerPartial(name, partial);
      }
    }
  }
}

/** The text part of an e-mail: no table lines, no images; links stand bare behind their words, so they end at a blank. */
function asText(html: string): string {
  return htmlToText()
    .convert(html, {
      wordwrap: 78,
      selectors: [
        { selector: 'img', format: 'skip' },
        { selector: 'svg', format: 'skip' },
        { selector: '.preview', format: 'skip' },
        { selector: 'a', options: { hideLinkHrefIfSameAsText: true, noAnchorUrl: true, linkBrackets: false } },
        { selector: 'table', options: { uppercaseHeaderCells: false } },
        ...['h1', 'h2', 'h3'].map((selector) => ({ selector, options: { uppercase: false } })),
      ],
    })
    .trim();
}
