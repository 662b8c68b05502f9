import { posix } from 'node:path';
import ts from 'typescript';

/** One source file: its path from the project's root, with `/`, and its text. */
export interface Source {
  path: string;
  text: string;
}

/** What a file says of itself, as far as the rules are concerned. */
export interface FileFacts {
  path: string;
  lines: number;
  imports: Import[];
  /** Reaches for the environment, the time or chance by itself, with the line it does so on. */
  reaches: { what: Reach; line: number }[];
}

export interface Import {
  from: string;
  line: number;
  /** Erased when compiled, so it cannot close a cycle at load. */
  typeOnly: boolean;
}

export type Reach = 'environment' | 'time' | 'chance';

const chanceNames = new Set([
  'randomUUID',
  'randomBytes',
  'randomInt',
  'randomFillSync',
  'randomFill',
  'getRandomValues',
]);

/** Reads one file with TypeScript's own parser, so that words in comments and strings are no findings. */
export function readFacts({ path, text }: Source): FileFacts {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS);
  const imports: Import[] = [];
  const reaches: FileFacts['reaches'] = [];
  const lineOf = (node: ts.Node) => file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;

  const visit = (node: ts.Node): void => {
    const from = importedBy(node);
    if (from) imports.push({ from, line: lineOf(node), typeOnly: isTypeOnly(node) });
    const what = reachOf(node);
    if (what) reaches.push({ what, line: lineOf(node) });
    ts.forEachChild(node, visit);
  };
  visit(file);
  return { path, lines: text.split('\n').length - (text.endsWith('\n') ? 1 : 0), imports, reaches };
}

function importedBy(node: ts.Node): string | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
    return node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier) ? node.moduleSpecifier.text : undefined;
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument) && ts.isStringLiteral(node.argument.literal)) {
    return node.argument.literal.text;
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    const [argument] = node.arguments;
    return argument && ts.isStringLiteralLike(argument) ? argument.text : undefined;
  }
  return undefined;
}

function isTypeOnly(node: ts.Node): boolean {
  if (ts.isImportTypeNode(node)) return true;
  if (ts.isExportDeclaration(node)) {
    const named = node.exportClause && ts.isNamedExports(node.exportClause) ? node.exportClause.elements : undefined;
    return node.isTypeOnly || (named !== undefined && named.length > 0 && named.every((name) => name.isTypeOnly));
  }
  if (!ts.isImportDeclaration(node)) return false;
  const clause = node.importClause;
  if (!clause) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const named = clause.namedBindings && ts.isNamedImports(clause.namedBindings) ? clause.namedBindings.elements : [];
  return !clause.name && named.length > 0 && named.every((name) => name.isTypeOnly);
}

function reachOf(node: ts.Node): Reach | undefined {
  if (ts.isNewExpression(node) && isNamed(node.expression, 'Date') && !node.arguments?.length) return 'time';
  if (ts.isCallExpression(node) && isNamed(node.expression, 'Date')) return 'time';
  if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) return reachOfMember(node);
  if (ts.isImportSpecifier(node) && !node.isTypeOnly) {
    const module = (node.parent.parent.parent.moduleSpecifier as ts.StringLiteral).text.replace(/^node:/, '');
    const name = (node.propertyName ?? node.name).text;
    if (module === 'crypto' && chanceNames.has(name)) return 'chance';
    if (module === 'process' && name === 'env') return 'environment';
  }
  return undefined;
}

function reachOfMember(node: ts.PropertyAccessExpression | ts.ElementAccessExpression): Reach | undefined {
  const argument = ts.isPropertyAccessExpression(node) ? node.name : node.argumentExpression;
  const member = ts.isIdentifier(argument) || ts.isStringLiteralLike(argument) ? argument.text : '';
  if (member === 'env' && (isNamed(node.expression, 'process') || endsIn(node.expression, 'process')))
    return 'environment';
  if (member === 'now' && isNamed(node.expression, 'Date')) return 'time';
  if (member === 'random' && isNamed(node.expression, 'Math')) return 'chance';
  if (chanceNames.has(member) && (isNamed(node.expression, 'crypto') || endsIn(node.expression, 'crypto')))
    return 'chance';
  return undefined;
}

function isNamed(node: ts.Node, name: string): boolean {
  return ts.isIdentifier(node) && node.text === name;
}

/** `globalThis.crypto` and the like. */
function endsIn(node: ts.Node, name: string): boolean {
  return ts.isPropertyAccessExpression(node) && node.name.text === name;
}

/** The file that a relative import means, or undefined for a package. */
export function targetOf(path: string, from: string): string | undefined {
  if (!from.startsWith('.')) return undefined;
  return posix.join(posix.dirname(path), from).replace(/\.js$/, '.ts');
}
