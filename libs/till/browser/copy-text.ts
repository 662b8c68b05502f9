/** Buttons that copy the text of another element: `<button data-copy="id" data-copied="Copied" hidden>`. */
for (const button of document.querySelectorAll<HTMLButtonElement>('[data-copy]')) {
  const source = document.getElementById(button.dataset['copy'] ?? '');
  // Browsers have a clipboard on https and on this machine only.
  if (!source || !navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener('click', () => {
    void navigator.clipboard.writeText(source.textContent?.trim() ?? '').then(() => {
      const said = document.querySelector('[data-copy-said]');
      if (said) said.textContent = button.dataset['copied'] ?? '';
    });
  });
}
