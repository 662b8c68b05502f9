import { createHash } from 'node:crypto';

/** What a mail may do on a page of ours: nothing but show its own styles, each known by its hash. */
export function mailPolicy(html: string): string {
  const styles = [...new Set([...html.matchAll(/ style="([^"]*)"/g)].map(([, style]) => style!))];
  const hashes = styles.map((style) => {
    const text = style.replace(/&#(?:x([0-9a-f]+)|(\d+));/gi, (_, hex?: string, decimal?: string) =>
      String.fromCodePoint(hex ? parseInt(hex, 16) : Number(decimal)),
    );
    return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  });
  return [
    ...["default-src 'none'", "script-src 'none'", "object-src 'none'", "base-uri 'none'", "form-action 'none'"],
    ...["frame-ancestors 'none'", 'img-src data:', 'sandbox allow-popups allow-popups-to-escape-sandbox'],
    `style-src 'unsafe-hashes' ${hashes.join(' ')}`,
  ].join('; ');
}
