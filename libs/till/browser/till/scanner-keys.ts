/** Keys closer together than this, in milliseconds, come from a scanner and not from fingers. */
const quick = 60;
const shortest = 8;

/**
 * USB and Bluetooth scanners type what they read, very fast, and press Enter. On whatever screen, and wherever the
 * keyboard is, that is the next card.
 * @param ownField a field that takes typing by itself
 */
export function listenToScanner(ownField: HTMLInputElement, scanned: (text: string) => void): void {
  let typed = '';
  let last = 0;
  document.addEventListener(
    'keydown',
    (event) => {
      if (event.target === ownField || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.timeStamp - last > quick) typed = '';
      last = event.timeStamp;
      if (event.key.length === 1) {
        typed += event.key;
        return;
      }
      if (event.key !== 'Enter' || typed.length < shortest) return;
      event.preventDefault();
      event.stopPropagation();
      const text = typed;
      typed = '';
      scanned(text);
    },
    { capture: true },
  );
}

/** Whether a text is that of a QR code rather than a number that was typed. */
export function isScannedText(text: string): boolean {
  return /^https?:/i.test(text) || text.length > 40;
}
