import { Formats } from '../../../pages/src/browser.js';

export const screens = ['pair', 'pin', 'scan', 'yes', 'no', 'used', 'undo', 'offline', 'ended'] as const;
export type Screen = (typeof screens)[number];
/** Colour of the whole screen. */
export type Tone = 'yes' | 'no' | 'ask' | 'plain';

const tones: Record<Tone, string> = {
  yes: 'till-screen--yes',
  no: 'till-screen--no',
  ask: 'till-screen--warn',
  plain: '',
};

/** The page as the server made it: its screens, of which one shows, its parts to copy, and its words. */
export class TillPage {
  readonly root = document.getElementById('till')!;
  readonly formats = new Formats(document.documentElement.lang);
  private readonly sentences = JSON.parse(this.root.dataset['words'] ?? '{}') as Record<string, string>;
  private readonly plurals = new Intl.PluralRules(this.formats.locale);
  private shown: Screen | null = null;

  /** An element of the page, or of a part of it. */
  find<E extends HTMLElement = HTMLElement>(selector: string, within: ParentNode = this.root): E {
    const found = within.querySelector<E>(selector);
    if (!found) throw new Error(`The page has no ${selector}.`);
    return found;
  }

  all<E extends HTMLElement = HTMLElement>(selector: string): E[] {
    return [...this.root.querySelectorAll<E>(selector)];
  }

  screen(name: Screen): HTMLElement {
    return this.find(`[data-screen="${name}"]`);
  }

  get current(): Screen | null {
    return this.shown;
  }

  /** A copy of a part that the page keeps as a template. */
  copy(selector: string): DocumentFragment {
    const template = document.querySelector<HTMLTemplateElement>(`template[${selector}]`);
    if (!template) throw new Error(`The page has no template ${selector}.`);
    return template.content.cloneNode(true) as DocumentFragment;
  }

  /** A sentence of the catalogue with its blanks filled in. */
  say(key: string, blanks: Record<string, string | number> = {}): string {
    return (this.sentences[key] ?? '').replace(/\{(\w+)\}/g, (_, blank: string) => String(blanks[blank] ?? ''));
  }

  /** A sentence about a number of things, in the form that goes with the number. */
  sayMany(key: string, many: number): string {
    const form = this.plurals.select(many) === 'one' ? 'one' : 'other';
    return this.say(`${key}_${form}`, { many: this.formats.number(many) });
  }

  /** Tells people who listen to the page. */
  announce(sentence: string): void {
    this.find('[data-said]').textContent = sentence;
  }

  /** Shows one screen in a colour, and takes the keyboard and the screen reader to its heading. */
  show(name: Screen, tone: Tone = 'plain', focus = true): void {
    for (const other of screens) this.screen(other).hidden = other !== name;
    document.body.classList.remove(...Object.values(tones).filter(Boolean));
    if (tones[tone]) document.body.classList.add(tones[tone]);
    this.shown = name;
    window.scrollTo(0, 0);
    const heading = this.screen(name).querySelector<HTMLElement>('h1');
    if (focus && heading) {
      heading.tabIndex = -1;
      heading.focus();
    }
  }

  /** Marks a field as wrong, or as right again. */
  fieldError(id: string, sentence: string | null): void {
    const input = this.find<HTMLInputElement>(`#${id}`);
    const error = this.find(`#${id}-error`);
    error.textContent = sentence;
    error.hidden = sentence === null;
    input.closest('.govuk-form-group')?.classList.toggle('govuk-form-group--error', sentence !== null);
    input.classList.toggle('govuk-input--error', sentence !== null);
    if (sentence === null) return input.removeAttribute('aria-invalid');
    input.setAttribute('aria-invalid', 'true');
    input.focus();
  }
}
