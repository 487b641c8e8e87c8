import { isMap, isNode, isScalar, LineCounter, parseDocument, visit, type Document, type Pair } from 'yaml';
import { ConfigError, type ConfigProblem } from './config-error.ts';

/** Names a place in a file: the keys and positions that lead to it. */
export type KeyPath = readonly (string | number)[];

/** A YAML file as plain values, with a way back to its lines. */
export interface YamlFile {
  readonly path: string;
  readonly value: unknown;
  /** Whether a message may repeat what stands in the file; not where secrets may stand. */
  readonly mayQuote: boolean;
  /** Line, from 1, of the key at `at`; of the nearest thing around it where the key is missing. */
  lineOf(at: KeyPath): number;
}

/** More aliases than this are no configuration but an attempt to fill the memory. */
const maxAliases = 100;

/** In characters; no configuration needs as many. */
const maxLength = 256 * 1024;

/** Reads a YAML file. Throws ConfigError where it is no YAML; the message quotes the file only where `mayQuote`. */
export function readYaml(text: string, path: string, mayQuote: boolean): YamlFile {
  if (text.length > maxLength) {
    const message = `expected at most ${maxLength} characters, found ${text.length}.`;
    throw new ConfigError([{ path, line: 1, key: '', message }]);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  // Left out without a word by what reads the values, since it is no key of theirs.
  visit(document, {
    Pair: (_index, { key }) => {
      if (!isScalar(key) || key.value !== '__proto__') return;
      const line = lines.linePos(key.range?.[0] ?? 0).line;
      throw new ConfigError([{ path, line, key: '', message: 'no key may be called __proto__.' }]);
    },
  });
  const broken = [...document.errors, ...document.warnings].map(({ code, message, pos }): ConfigProblem => {
    const said = mayQuote ? `${message} (${code})` : code;
    return { path, line: lines.linePos(pos[0]).line, key: '', message: `This is not valid YAML: ${said}.` };
  });
  if (broken.length > 0) throw new ConfigError(broken);
  return {
    path,
    value: plainValue(document, path),
    mayQuote,
    lineOf: (at) => Math.max(1, lines.linePos(offsetOf(document, at)).line),
  };
}

function plainValue(document: Document, path: string): unknown {
  try {
    return document.toJS({ maxAliasCount: maxAliases });
  } catch {
    const message =
      'Its aliases (*name) cannot be resolved: each needs an anchor (&name) before it, and few uses.';
    throw new ConfigError([{ path, line: 1, key: '', message }]);
  }
}

function offsetOf(document: Document, at: KeyPath): number {
  const parent: unknown = at.length <= 1 ? document.contents : document.getIn(at.slice(0, -1), true);
  const last = at.at(-1);
  if (last !== undefined && isMap(parent)) {
    const pair = parent.items.find(
      (item: Pair) => isScalar(item.key) && String(item.key.value) === String(last),
    );
    if (pair !== undefined && isScalar(pair.key)) return pair.key.range?.[0] ?? 0;
  }
  const node: unknown = document.getIn(at, true);
  if (isNode(node)) return node.range?.[0] ?? 0;
  return at.length === 0 ? 0 : offsetOf(document, at.slice(0, -1));
}
