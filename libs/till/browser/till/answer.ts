import type { How } from './offline/desk.js';
import type { TillPage, Tone } from './page.js';
import type { CheckAnswer, OfferLine } from './service.js';

/** What somebody at the till wants to do with an offer. */
export type UseOffer = (offer: OfferLine, basketPence: number | null, box: OfferBox) => void;

/** Fills the screen of a valid card. Gives the sentence for those who listen. */
export function fillValid(page: TillPage, answer: CheckAnswer, how: How, use: UseOffer): string {
  const screen = page.screen('yes');
  // In practice a number is nobody's.
  const { firstName, validUntil } = answer.card ?? { firstName: page.say('practice-name'), validUntil: '' };
  const until = validUntil ? page.say('until', { date: page.formats.longDate(validUntil) }) : '';
  const mark = markOf(page, answer, how);
  page.find('[data-name]', screen).textContent = firstName;
  page.find('[data-until]', screen).textContent = until && ` · ${until}`;
  page.find('[data-mark]', screen).textContent = mark;
  page.find('[data-mark]', screen).hidden = mark === '';

  const usable = answer.offers.filter((offer) => offer.usable);
  const box = page.find('[data-offers]', screen);
  box.replaceChildren(
    ...usable.map((offer) => new OfferBox(page, offer, use).element),
    ...answer.offers.filter((offer) => !offer.usable).map((offer) => waiting(page, offer)),
    ...(answer.offers.length === 0 ? [page.copy('data-part="nothing"')] : []),
  );
  const many = usable.length === 0 ? page.say('said-no-offers') : page.sayMany('said-offers', usable.length);
  const said = page.say('said-valid', { name: firstName, date: until, many });
  return mark ? `${said} ${mark}.` : said;
}

/** What a till has to know of the card's proof: a phone's code is the server's to check, and all else is for people. */
export function markOf(page: Pick<TillPage, 'say'>, { card }: CheckAnswer, how: How): string {
  if (!card) return '';
  if (how !== 'server') return page.say(card.medium === 'phone' ? 'mark-unchecked' : 'mark-no-code');
  if (card.medium === null) return page.say('mark-typed');
  return card.medium === 'printed' || card.medium === 'plastic' ? page.say(`mark-${card.medium}`) : '';
}

/** Fills the screen of a card that is not valid. Gives its colour and the sentence for those who listen. */
export function fillNotValid(page: TillPage, reason: string): { tone: Tone; said: string } {
  const template = document.querySelector<HTMLTemplateElement>(`template[data-answer="${CSS.escape(reason)}"]`);
  const known = template ?? document.querySelector<HTMLTemplateElement>('template[data-answer="unknown_card"]')!;
  const place = page.find('[data-reason]', page.screen('no'));
  place.replaceChildren(known.content.cloneNode(true));
  const parts = [...place.querySelectorAll('h1, p')].map((part) => part.textContent?.trim());
  return { tone: known.dataset['tone'] as Tone, said: parts.join('. ') };
}

/** Leaves no name and no offer on the page. */
export function clearAnswers(page: TillPage): void {
  for (const place of [
    '[data-name]',
    '[data-until]',
    '[data-mark]',
    '[data-offers]',
    '[data-reason]',
    '[data-used]',
    '[data-saved]',
  ]) {
    page.find(place).replaceChildren();
  }
}

/** One offer that can be used, with its button, and the bill where that decides something. */
export class OfferBox {
  readonly element: HTMLElement;
  private readonly amount: HTMLInputElement;

  constructor(
    private readonly page: TillPage,
    offer: OfferLine,
    use: UseOffer,
  ) {
    const part = page.copy('data-part="offer"');
    this.element = part.querySelector<HTMLElement>('.till-offer')!;
    this.amount = page.find<HTMLInputElement>('input', this.element);
    page.find('[data-title]', this.element).textContent = offer.title;
    page.find('[data-terms]', this.element).textContent = withoutTitle(offer);
    page.find('[data-which]', this.element).textContent = `: ${offer.title}`;
    if (offer.remaining !== null) {
      this.note('[data-left]', page.say('remaining', { many: page.formats.number(offer.remaining) }));
    }
    const asksAmount = offer.kind === 'percentage' || offer.minimumSpendPence !== null;
    page.find('[data-amount]', this.element).hidden = !asksAmount;
    this.amount.id = `amount-${offer.id}`;
    const error = page.find('[data-amount-error]', this.element);
    error.id = `${this.amount.id}-error`;
    this.amount.setAttribute('aria-describedby', error.id);
    page.find<HTMLLabelElement>('label', this.element).htmlFor = this.amount.id;
    page.find('form', this.element).addEventListener('submit', (event) => {
      event.preventDefault();
      const pence = asksAmount ? penceOf(this.amount.value) : null;
      this.amountError(pence === undefined ? page.say('amount-wrong') : null);
      if (pence !== undefined) use(offer, pence, this);
    });
  }

  /** Says why it cannot be used after all. */
  refuse(reason: string, nextUsableAt: string | null, minimumPence: number | null): void {
    if (reason === 'below_minimum_spend') {
      const amount = minimumPence === null ? '' : this.page.formats.pence(minimumPence);
      return this.amountError(this.page.say('minimum-spend', { amount }));
    }
    const sentence = whyNot(this.page, reason, nextUsableAt);
    this.page.find('button', this.element).hidden = true;
    this.page.find('[data-amount]', this.element).hidden = true;
    this.note('[data-refused]', sentence);
    this.page.announce(sentence);
  }

  private amountError(sentence: string | null): void {
    this.note('[data-amount-error]', sentence);
    this.page.find('[data-amount]', this.element).classList.toggle('govuk-form-group--error', sentence !== null);
    this.amount.classList.toggle('govuk-input--error', sentence !== null);
    if (sentence === null) return this.amount.removeAttribute('aria-invalid');
    this.amount.setAttribute('aria-invalid', 'true');
    this.amount.focus();
  }

  private note(selector: string, sentence: string | null): void {
    const place = this.page.find(selector, this.element);
    place.textContent = sentence;
    place.hidden = sentence === null;
  }
}

function waiting(page: TillPage, offer: OfferLine): DocumentFragment {
  const part = page.copy('data-part="waiting"');
  part.querySelector('[data-title]')!.textContent = offer.title;
  part.querySelector('[data-why]')!.textContent = whyNot(page, offer.reason ?? '', offer.nextUsableAt);
  return part;
}

/** "after 2:30pm" on the same day, "from Monday 23 November 2026" later, else the reason. */
function whyNot(page: TillPage, reason: string, nextUsableAt: string | null): string {
  if (!nextUsableAt) return page.say(reason);
  const today = page.formats.weekdayDate(new Date());
  const day = page.formats.weekdayDate(nextUsableAt);
  if (day === today) return page.say('after-time', { time: page.formats.clockTime(nextUsableAt) });
  return page.say('after-date', { date: day });
}

/** The sentence of an offer begins with its title, which stands above it already. */
function withoutTitle({ terms, title }: OfferLine): string {
  return terms.startsWith(`${title}. `) ? terms.slice(title.length + 2) : terms;
}

/** Pounds as somebody types them, in pence; null for nothing, undefined for what is no amount. */
export function penceOf(typed: string): number | null | undefined {
  const plain = typed.replace(/[£\s,]/g, '');
  if (plain === '') return null;
  if (!/^\d{1,5}(\.\d{1,2})?$/.test(plain)) return undefined;
  return Math.round(Number(plain) * 100);
}
