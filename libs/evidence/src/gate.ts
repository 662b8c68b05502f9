/** Nobody may wait any more: too many do. */
export class GateFull extends Error {
  override name = 'GateFull';
}

/** Lets so many in at a time; the rest wait in their order, and beyond a number are sent away. */
export class Gate {
  private inside = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly places: number,
    private readonly mostWaiting = Infinity,
  ) {}

  /** @throws GateFull */
  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.inside >= this.places) {
      if (this.waiting.length >= this.mostWaiting) throw new GateFull();
      // Whoever leaves hands the place over, so nobody slips in between.
      await new Promise<void>((enter) => this.waiting.push(enter));
    } else this.inside++;
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.inside--;
    }
  }
}
