import type { MigrationLanguage } from '../domain/migration.ts';
import { limits } from './limits.ts';

/** What the name of a file in the migrations folder says that it is. */
export type NameVerdict =
  | { readonly kind: 'migration'; readonly name: string; readonly language: MigrationLanguage }
  /** Code or data that a migration may import. */
  | { readonly kind: 'module' }
  | { readonly kind: 'other' }
  | { readonly kind: 'refused'; readonly why: string };

// Stricter than node-pg-migrate, which writes a name into its SQL as it stands and loads any extension.
const migrationName = /^\d+[_-][\w.-]+\.(?:sql|[cm]?[jt]s)$/;
const moduleName = /\.(?:[cm]?[jt]s|json)$/;

/** Judges a file's name, without its folder. */
export function judgeName(fileName: string): NameVerdict {
  if (/^\d/.test(fileName)) return judgeNumbered(fileName);
  if (/\.[cm]?[jt]sx$/.test(fileName)) return { kind: 'refused', why: sayExtension(fileName) };
  return moduleName.test(fileName) ? { kind: 'module' } : { kind: 'other' };
}

/** Whether a migration could import it. */
export function isModuleName(fileName: string): boolean {
  return moduleName.test(fileName);
}

function judgeNumbered(fileName: string): NameVerdict {
  if (/\.d\.[cm]?ts$/.test(fileName)) {
    return {
      kind: 'refused',
      why: 'it holds types only, but node-pg-migrate would load it as a migration: move it to another folder',
    };
  }
  if (!migrationName.test(fileName)) return { kind: 'refused', why: sayName(fileName) };
  const name = fileName.replace(/\.\w+$/, '');
  if (name.length > limits.nameLength) {
    return {
      kind: 'refused',
      why: `its name has ${String(name.length)} characters, and the history table keeps ${String(limits.nameLength)}: shorten it`,
    };
  }
  return { kind: 'migration', name, language: languageOf(fileName) };
}

function languageOf(fileName: string): MigrationLanguage {
  if (fileName.endsWith('.sql')) return 'sql';
  return fileName.endsWith('ts') ? 'typescript' : 'javascript';
}

function sayName(fileName: string): string {
  if (!/\.(?:sql|[cm]?[jt]s)$/.test(fileName)) return sayExtension(fileName);
  const [, number = '', rest = ''] = /^(\d+)(.*)$/s.exec(fileName) ?? [];
  const body = rest.replaceAll(/[^\w.-]+/g, '_').replace(/^[^_-]/, '_$&');
  return `expected a number, "_" or "-", then letters, digits, "_", "-" or ".": rename it, for example to ${number}${body}`;
}

function sayExtension(fileName: string): string {
  const lower = fileName.replace(/\.\w+$/, (extension) => extension.toLowerCase());
  if (lower !== fileName && migrationName.test(lower)) return `rename it to ${lower}`;
  const known = 'a migration ends in .sql, .js, .mjs, .cjs, .ts, .mts or .cts';
  return `${known}: rename it, or move it to another folder`;
}
