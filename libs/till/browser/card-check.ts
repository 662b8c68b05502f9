import { storedTill } from './till/key-store.js';

// On a phone that is a till, the page of a card offers to check it as one.
if (storedTill()) {
  for (const link of document.querySelectorAll<HTMLElement>('[data-till-only]')) link.hidden = false;
}
