/** The pages of cards, and nothing else: the link's, and the signed-in person's own. */
const LINK_PAGE = /^\/my-card\/[A-Za-z0-9_-]{43}$/;
const ACCOUNT_PAGE = /^\/account\/card(?:s\/[0-9a-f-]{36})?$/;

/** Caches whose name begins with `account:` are emptied when somebody signs out (`app.ts` of the pages). */
const cacheOf = (path: string) => (path.startsWith('/account/') ? 'account:card-page' : 'card-page');

/** Whether a path is the page of a card. */
export function isCardPage(path: string): boolean {
  return LINK_PAGE.test(path) || ACCOUNT_PAGE.test(path);
}

/** The page that a path belongs to: `/my-card/x` for `/my-card/x/lost`. Null when there is none. */
export function cardPageAbove(path: string): string | null {
  const above = path.replace(/\/[^/]*$/, '');
  return isCardPage(above) ? above : null;
}

/** The paths of all that was kept in one part of the site. */
export async function keptPaths(scope: string): Promise<string[]> {
  const requests = await (await caches.open(cacheOf(scope))).keys();
  return requests.map(({ url }) => new URL(url).pathname);
}

/** The page as it was last answered, if it was kept. */
export async function keptPage(path: string): Promise<Response | undefined> {
  const pages = await caches.open(cacheOf(path));
  return pages.match(path, { ignoreVary: true });
}

export async function forgetPage(path: string): Promise<void> {
  await (await caches.open(cacheOf(path))).delete(path, { ignoreVary: true });
}

/** Whether an answer is the server's word about the card, and not that it is in trouble or too busy. */
export function isWord(answer: Response): boolean {
  return answer.status < 500 && answer.status !== 429;
}

/** Asks for a page to keep it as it is now. Whether there was an answer. */
export async function renewPage(path: string): Promise<boolean> {
  try {
    const answer = await fetch(path, { cache: 'no-store', redirect: 'manual' });
    await keepOrForget(path, answer);
    return isWord(answer);
  } catch {
    return false;
  }
}

/** Keeps an answer that is the card; forgets the page for one that says that it is not to be had any more. */
export async function keepOrForget(path: string, answer: Response): Promise<void> {
  if (answer.ok && !answer.redirected) await (await caches.open(cacheOf(path))).put(path, answer.clone());
  else if (isWord(answer)) await forgetPage(path);
}
