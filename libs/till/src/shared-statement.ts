import { isOutage } from '@carers/database';

interface Waiting<Item, Answer> {
  item: Item;
  resolve: (answer: Answer) => void;
  reject: (error: unknown) => void;
}

/** With so many, more would hardly make a statement cheaper for each: it sets out, also beside one that is under way. */
const enough = 8;

/** So many at once is chance, not a crowd: nobody waits for others. */
const chance = 5;

/** How much of what is known of the crowd one statement changes. */
const weight = 1 / 8;

/** How long those who wait for others do so, in milliseconds. */
const patience = 1;

/**
 * Lets requests that arrive while a statement is on its way share the next one. The flush to disk at commit is what
 * limits a till service, and this shares it, as well as the start of a statement, which costs more than an item of it. A
 * lone request waits for nobody; where there is a crowd, the next wait a moment for as many. Each is answered after *its*
 * commit.
 */
export class SharedStatement<Item, Answer> {
  private waiting: Waiting<Item, Answer>[] = [];
  private underWay = 0;
  private isAboutToSend = false;
  /** Items of statements under way. */
  private itemsUnderWay = 0;
  /** How many had asked when a statement ended, over the last few: its own items and those that came meanwhile. */
  private crowd = 1;
  private impatience: NodeJS.Timeout | undefined;
  private isImpatient = false;

  /**
   * @param run writes all items in one round trip; answers in the order of the items
   * @param most items in one statement
   */
  constructor(
    private readonly run: (items: Item[]) => Promise<Answer[]>,
    private readonly most = 64,
  ) {}

  ask(item: Item): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      this.sendSoon();
    });
  }

  private sendSoon(): void {
    if (this.isAboutToSend || this.waiting.length === 0) return;
    if (this.mayBegin()) this.begin();
    else if (this.underWay === 0) this.impatience ??= setTimeout(() => this.losePatience(), patience);
  }

  /** One at a time where few wait; with two, PostgreSQL works on one while the other is flushed to disk. */
  private mayBegin(): boolean {
    const { length } = this.waiting;
    if (this.underWay > 0) return this.underWay === 1 && length >= enough;
    return this.isImpatient || length >= (this.crowd > chance ? Math.min(Math.round(this.crowd), enough) : 1);
  }

  private losePatience(): void {
    this.isImpatient = true;
    this.sendSoon();
  }

  /** Once all is read that has reached this process already: by itself each would cost a statement of its own. */
  private begin(): void {
    clearTimeout(this.impatience);
    this.impatience = undefined;
    this.isImpatient = false;
    this.isAboutToSend = true;
    setImmediate(() => {
      this.isAboutToSend = false;
      const batch = this.waiting.splice(0, this.most);
      this.itemsUnderWay += batch.length;
      this.underWay++;
      void this.write(batch).then((tell) => {
        this.crowd += (this.itemsUnderWay + this.waiting.length - this.crowd) * weight;
        this.itemsUnderWay -= batch.length;
        this.underWay--;
        tell();
        this.sendSoon();
      });
      this.sendSoon();
    });
  }

  /**
   * Writes a batch and gives what tells its answers. One bad item must not fail the others: when a batch fails, each is
   * tried alone. But where the database is away, all are told after a second try: one after another they would each wait
   * for a connection.
   */
  private async write(batch: Waiting<Item, Answer>[], isSecond = false): Promise<() => void> {
    try {
      const answers = await this.run(batch.map(({ item }) => item));
      return () => batch.forEach(({ resolve }, index) => resolve(answers[index]!));
    } catch (error) {
      if (batch.length === 1 || (isOutage(error) && isSecond))
        return () => batch.forEach(({ reject }) => reject(error));
      if (isOutage(error)) return this.write(batch, true);
      for (const one of batch) (await this.write([one]))();
      return () => undefined;
    }
  }
}
