import {
  Button,
  CharacterCount,
  Checkboxes,
  createAll,
  ErrorSummary,
  ExitThisPage,
  FileUpload,
  NotificationBanner,
  Radios,
  SkipLink,
  Tabs,
} from 'govuk-frontend';

/**
 * The library puts `aria-expanded` on radios with a follow-up question, a role that may not have it (WAI-ARIA 1.2), so
 * that some screen readers say something wrong. The question follows its radio on the page, which is enough.
 */
class PlainRadios extends Radios {
  override syncConditionalRevealWithInputState(input: HTMLInputElement): void {
    super.syncConditionalRevealWithInputState(input);
    input.removeAttribute('aria-expanded');
  }
}

/** Every component works without this; it makes them kinder. Only those that stand on the page are started. */
const components = [
  Button,
  CharacterCount,
  Checkboxes,
  ErrorSummary,
  ExitThisPage,
  FileUpload,
  NotificationBanner,
  PlainRadios,
  SkipLink,
  Tabs,
];

for (const component of components) {
  if (document.querySelector(`[data-module="${component.moduleName}"]`)) createAll(component);
}

document.querySelectorAll<HTMLElement>('[data-print]').forEach((button) => {
  button.hidden = false;
  button.addEventListener('click', () => window.print());
});

/**
 * What this device kept of a person's pages, to open them without a connection, goes when they sign out:
 * `<form data-forget="account:">` deletes all caches whose names begin so, and is then sent. The server's own
 * Clear-Site-Data could only delete these together with what a till on the same device has not sent yet.
 */
document.querySelectorAll<HTMLFormElement>('form[data-forget]').forEach((form) => {
  form.addEventListener('submit', (event) => {
    if (!('caches' in window)) return;
    event.preventDefault();
    const kept = caches
      .keys()
      .then((names) => names.filter((name) => name.startsWith(form.dataset['forget']!)))
      .then((names) => Promise.all(names.map((name) => caches.delete(name))));
    void kept.catch(() => undefined).then(() => form.submit());
  });
});

/** Tables that move sideways on a narrow screen can be moved by keyboard too. */
function reachWideTables(): void {
  document.querySelectorAll<HTMLElement>('.govuk-table').forEach((table) => {
    if (table.scrollWidth > table.clientWidth) table.tabIndex = 0;
    else table.removeAttribute('tabindex');
  });
}
reachWideTables();
window.addEventListener('resize', reachWideTables);
