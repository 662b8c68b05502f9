/**
 * Lets this page open without a connection: a service worker keeps it. Where the browser has none, or the site came by
 * plain http, nothing changes.
 * @param scope the part of the site that the worker is for
 */
export async function keepPage(scope: string): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  const controlled = navigator.serviceWorker.controller !== null;
  try {
    await navigator.serviceWorker.register('/card-worker.js', { scope });
    const { active } = await navigator.serviceWorker.ready;
    // It saw this page come only if it was there before. And a notice is for now, not for each time without signal.
    if (!controlled || document.querySelector('.site-notice')) active?.postMessage({ keep: location.pathname });
  } catch {
    // Private windows and strict settings refuse it.
  }
}
