import { targetOf, type FileFacts, type Reach } from './architecture.js';

/** What the rules need to know of the house, besides its files. */
export interface House {
  /** The libs, lowest line first. A lib may import only from lines above its own. */
  order: readonly (readonly string[])[];
  /** Files, or folders that end in `/`, which may reach for the environment, the time or chance. */
  allowed: Readonly<Record<Reach, readonly string[]>>;
  longestFile: number;
}

const words: Record<Reach, string> = {
  environment: 'reads process.env; take Settings instead',
  time: 'asks for the time; take a Clock instead',
  chance: 'makes something random; take Chance or Ids instead',
};

/** Every breach of the rules, as `path:line what is wrong`. */
export function breaches(files: readonly FileFacts[], house: House): string[] {
  return [
    ...files.flatMap((file) => wrongImports(file, house)),
    ...fileCycles(files),
    ...files.flatMap((file) => wrongReaches(file, house)),
    ...files.filter(({ path }) => !path.endsWith('.data.ts')).flatMap((file) => tooLong(file, house)),
  ];
}

function wrongImports(file: FileFacts, { order }: House): string[] {
  const lineOf = (lib: string) => order.findIndex((line) => line.includes(lib));
  const own = libOf(file.path);
  const found: string[] = [];
  if (own && lineOf(own) < 0) found.push(`${file.path}:1 is in a lib that the list of libs does not name`);
  for (const { from, line } of file.imports) {
    const wrong = wrongImport(file.path, own, from, lineOf);
    if (wrong) found.push(`${file.path}:${line} ${wrong}`);
  }
  return found;
}

function wrongImport(path: string, own: string | undefined, from: string, lineOf: (lib: string) => number) {
  const alias = /^@carers\/([^/]+)(\/.*)?$/.exec(from);
  if (alias) {
    const [, lib = '', deep] = alias;
    if (deep) return `reaches into ${from}; import @carers/${lib}`;
    if (lineOf(lib) < 0) return `imports ${from}, which the list of libs does not name`;
    if (own === lib) return `imports its own door; import the file`;
    if (own && lineOf(lib) >= lineOf(own)) return `imports ${from}, which is not on a line above ${own}`;
    return undefined;
  }
  const target = targetOf(path, from);
  if (!target) return undefined;
  const other = libOf(target);
  if (other && other !== own) {
    // Code for browsers is bundled from files, so it has doors of its own: `browser.ts`, and `browser-….ts` beside it.
    const isDoor = /^libs\/[^/]+\/browser\//.test(path) && /^libs\/[^/]+\/src\/browser(-[a-z]+)?\.ts$/.test(target);
    if (!isDoor) return `imports ${other} by a path; import @carers/${other}`;
    return own && lineOf(other) >= lineOf(own) ? `imports ${from}, which is not on a line above ${own}` : undefined;
  }
  if (target.endsWith('.fixture.ts') && !isSpec(path)) return 'imports a fixture, which is for specs only';
  if (own && !other && !(isSpec(path) && target.startsWith('test/'))) return `imports ${from} from outside the libs`;
  const app = /^apps\/([^/]+)\//.exec(path)?.[1];
  const otherApp = /^apps\/([^/]+)\//.exec(target)?.[1];
  if (app && otherApp && app !== otherApp) return `imports from another app (${otherApp})`;
  return undefined;
}

function libOf(path: string): string | undefined {
  return /^libs\/([^/]+)\//.exec(path)?.[1];
}

/** Specs, and the fixtures that they share inside a lib: neither ships. */
function isSpec(path: string): boolean {
  return /\.(spec|fixture)\.ts$/.test(path);
}

/** Files that import each other in a ring: with decorator metadata, one of them finds the other empty at load. */
function fileCycles(files: readonly FileFacts[]): string[] {
  const known = new Map(files.map((file) => [file.path, file]));
  const state = new Map<string, 'open' | 'done'>();
  const found: string[] = [];
  const trail: string[] = [];
  const visit = (path: string): void => {
    state.set(path, 'open');
    trail.push(path);
    for (const { from, typeOnly } of known.get(path)?.imports ?? []) {
      const target = typeOnly ? undefined : targetOf(path, from);
      if (!target || !known.has(target) || state.get(target) === 'done') continue;
      if (state.get(target) === 'open') {
        found.push(`${path}:1 closes a ring: ${[...trail.slice(trail.indexOf(target)), target].join(' → ')}`);
      } else visit(target);
    }
    trail.pop();
    state.set(path, 'done');
  };
  for (const path of known.keys()) if (!state.has(path)) visit(path);
  return found;
}

function wrongReaches(file: FileFacts, { allowed }: House): string[] {
  if (isSpec(file.path)) return [];
  return file.reaches
    .filter(({ what }) => !allowed[what].some((place) => matches(file.path, place)))
    .map(({ what, line }) => `${file.path}:${line} ${words[what]}`);
}

function matches(path: string, place: string): boolean {
  return place.endsWith('/') ? path.startsWith(place) : path === place;
}

function tooLong({ path, lines }: FileFacts, { longestFile }: House): string[] {
  return lines > longestFile
    ? [`${path}:1 has ${lines} lines, more than ${longestFile}: look for two things in it`]
    : [];
}
