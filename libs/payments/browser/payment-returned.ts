/** Seconds between two looks, and how many there are before somebody has to press the link. */
const EVERY = 4;
const MOST = 45;

const page = document.querySelector<HTMLElement>('[data-payment-again]');
if (page) void watch(page.dataset['paymentAgain']!, page.dataset['paymentState']!);

/** Asks quietly how the payment stands, and loads the page anew only when there is something new to say. */
async function watch(address: string, state: string): Promise<void> {
  for (let looks = 0; looks < MOST; looks++) {
    await new Promise((resolve) => setTimeout(resolve, EVERY * 1000));
    if (document.visibilityState === 'hidden') continue;
    const answer = await fetch(address).catch(() => null);
    if (!answer?.ok) continue;
    const now = /data-payment-state="([a-z]+)"/.exec(await answer.text())?.[1];
    if (now !== state) return location.replace(address);
  }
}
