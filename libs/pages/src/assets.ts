import { projectRoot } from '@carers/kernel';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { NowAndThen } from './now-and-then.js';

/** Built style sheets, scripts and fonts: from the name they are known by to the name they are served under. */
export class Assets {
  private names: Record<string, string> = {};
  private readAt = -1;
  private readonly look = new NowAndThen();

  constructor(
    /** Where the build put them. */
    readonly folder: string = join(projectRoot, 'dist', 'public'),
    private readonly watch = false,
  ) {
    this.read();
  }

  /** The address of a built file: `app.css` → `/assets/app.3f9c1a2b.css`. */
  url(name: string): string {
    if (this.watch && this.look.due()) this.read();
    return `/assets/${this.names[name] ?? name}`;
  }

  /** The built file on disk, for a route that must serve it under a name of its own (a service worker). */
  path(name: string): string {
    if (this.watch && this.look.due()) this.read();
    return join(this.folder, this.names[name] ?? name);
  }

  private read(): void {
    const manifest = join(this.folder, 'manifest.json');
    try {
      const { mtimeMs } = statSync(manifest);
      if (mtimeMs === this.readAt) return;
      this.names = JSON.parse(readFileSync(manifest, 'utf8')) as Record<string, string>;
      this.readAt = mtimeMs;
    } catch (error) {
      // Not built yet (unit tests): plain names, which nothing serves.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
}
