/** Seconds between two looks, and the fewest between two sentences that are read out. */
const EVERY = 5;
const QUIET = 30;

const state = document.querySelector<HTMLElement>('[data-sending-state]');
if (state) void watch(state.dataset['sendingState']!);

/** Asks the page again while its bulletin is being sent, and shows what has changed; anew once its state is another. */
async function watch(before: string): Promise<void> {
  reached(true);
  let said = 0;
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, EVERY * 1000));
    if (document.visibilityState === 'hidden') continue;
    const answer = await fetch(location.href).catch(() => null);
    // No connection, a server in trouble, or signed out meanwhile: the numbers are old, and the page says so.
    const isThere = answer?.ok === true && !answer.redirected;
    reached(isThere);
    if (!isThere) continue;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    if (page.querySelector<HTMLElement>('[data-sending-state]')?.dataset['sendingState'] !== before)
      return location.reload();
    show('[data-sending-table]', page);
    if (Date.now() - said >= QUIET * 1000 && show('[data-sending-said]', page)) said = Date.now();
  }
}

/** While the service answers, nobody has to look again; when it does not, they are told, and have the link that does. */
function reached(isThere: boolean): void {
  for (const link of document.querySelectorAll<HTMLElement>('[data-look-again]')) link.hidden = isThere;
  for (const words of document.querySelectorAll<HTMLElement>('[data-sending-lost]')) words.hidden = isThere;
}

/** Takes over one part of the new page, unless somebody is in it with their keyboard. @returns whether it was another */
function show(part: string, page: Document): boolean {
  const here = document.querySelector(part);
  const there = page.querySelector(part);
  if (!here || !there || here.isEqualNode(there) || here.contains(document.activeElement)) return false;
  here.replaceChildren(...there.childNodes);
  return true;
}
