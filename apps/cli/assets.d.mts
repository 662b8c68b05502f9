/** Builds everything that browsers fetch from /assets/ into `out`; false when nothing had changed. */
export function buildAssets(options?: { out?: string }): Promise<boolean>;
