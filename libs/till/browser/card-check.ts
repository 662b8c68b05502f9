import { openStore } from './till/offline/device-store.js';

// On a phone that is a till, the page of a card offers to check it as one.
void openStore()
  .then((store) => store.get('till'))
  .then((till) => {
    if (!till) return;
    for (const link of document.querySelectorAll<HTMLElement>('[data-till-only]')) link.hidden = false;
  });
