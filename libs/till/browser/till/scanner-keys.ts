/** A pause as long as this, in milliseconds, ends what a scanner types. */
const pause = 300;
/** Nothing that people type outside the fields for numbers and codes is as long as this. */
const shortest = 8;

/**
 * USB and Bluetooth scanners type what they read, very fast, and press Enter. On whatever screen, and wherever the
 * keyboard is, that is the next card.
 * @param fields those in which long texts are typed by hand
 */
export function listenToScanner(fields: readonly HTMLElement[], scanned: (text: string) => void): void {
  let typed = '';
  let last = 0;
  document.addEventListener(
    'keydown',
    (event) => {
      if (fields.includes(event.target as HTMLElement) || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.timeStamp - last > pause) typed = '';
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
