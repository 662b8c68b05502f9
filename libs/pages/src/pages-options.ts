/** What the program around this lib decides about words and pages, and what tests change. */
export class PagesOptions {
  /** Whether an error means that something we need is away for a moment: it is answered 503 instead of 500. */
  isOutage: (error: unknown) => boolean = () => false;
  /** Throw for a sentence that no catalogue has, instead of logging it. */
  strictWords = false;
  /** Folder of the built assets, when it is not `dist/public`. */
  assetsFolder?: string;
}
