import type { Command, CommandName, ParsedCommand } from '../domain/command.ts';
import { nearest } from '../domain/nearest.ts';
import { commandLines } from './command-lines.ts';

/** A comment with more commands than this was not written for Tidegate. */
const mostCommands = 10;

const longestLine = 200;

/** Reads the rest of a line; text says what was expected instead. */
type Grammar = (words: readonly string[]) => Command | string;

const grammars: Readonly<Record<CommandName, Grammar>> = {
  plan: (words) => alone({ name: 'plan' }, words),
  rollback,
  confirm: (words) => alone({ name: 'confirm' }, words),
  retry: (words) => withEnvironment('retry', words),
  release: (words) => withEnvironment('release', words),
  hold,
  apply,
  status: (words) => alone({ name: 'status' }, words),
  help: (words) => alone({ name: 'help' }, words),
};

const names = Object.keys(grammars).filter(isCommandName);

/**
 * The commands of a comment, one a line, in plain text at the start of a line. Lines of other bots (`/lgtm`) and
 * paths are left alone; a line that misses a command by a letter or two is a mistake with what was probably meant.
 */
export function parseCommands(body: string): readonly ParsedCommand[] {
  const parsed = [...new Set(commandLines(body))].flatMap((line) => parseLine(line) ?? []);
  if (parsed.length <= mostCommands) return parsed;
  const message = `At most ${mostCommands} commands were expected in one comment, and ${parsed.length} were found. None was run.`;
  return [{ kind: 'mistake', line: '', message }];
}

function parseLine(whole: string): ParsedCommand | null {
  const line = whole.slice(0, longestLine);
  const [first = '', ...rest] = whole.split(/\s+/);
  const word = /^\/([a-z][a-z-]*)[.,:;!?]?$/i.exec(first)?.[1]?.toLowerCase();
  if (word === undefined) return null;
  const isWhole = first.length === word.length + 1;
  if (isCommandName(word) && isWhole) {
    const command = grammars[word](rest);
    return typeof command === 'string'
      ? { kind: 'mistake', line, message: command }
      : { kind: 'command', line, command };
  }
  const meant = nearest(word, names, word.length <= 4 ? 1 : 2);
  if (meant === null) return null;
  const message = `/${word} is no command of Tidegate's${isWhole ? '' : ' when written like this'}. Did you mean /${meant}? Comment it again, spelt so; /help lists all.`;
  return { kind: 'mistake', line, message };
}

function isCommandName(word: string): word is CommandName {
  return Object.hasOwn(grammars, word);
}

function alone(command: Command, words: readonly string[]): Command | string {
  if (words.length === 0) return command;
  return `Nothing was expected after /${command.name}, and "${excerpt(words)}" was found. Comment /${command.name} alone on its line.`;
}

function withEnvironment(name: 'retry' | 'release', words: readonly string[]): Command | string {
  const [environment = null, ...more] = words;
  if (more.length === 0 && (environment === null || isEnvironment(environment))) return { name, environment };
  return `At most the name of an environment was expected after /${name}, as in /${name} prod, and "${excerpt(words)}" was found.`;
}

const rollbackFlags = ['--dry-run', '--accept-data-loss'];

function rollback(words: readonly string[]): Command | string {
  const flags = new Set(words.filter((word) => rollbackFlags.includes(word)));
  const [environment = null, ...more] = words.filter((word) => !flags.has(word));
  if (more.length === 0 && (environment === null || isEnvironment(environment))) {
    const [dryRun, acceptDataLoss] = [flags.has('--dry-run'), flags.has('--accept-data-loss')];
    return { name: 'rollback', dryRun, acceptDataLoss, environment };
  }
  const wrong = environment !== null && isEnvironment(environment) ? more : [environment ?? '', ...more];
  const meant = nearest(wrong[0] ?? '', rollbackFlags, 3);
  const hint =
    meant === null ? 'A rollback takes back all that its pull request applied.' : `Did you mean ${meant}?`;
  return `/rollback [--dry-run] [--accept-data-loss] [environment] was expected, and "${excerpt(wrong)}" was found. ${hint}`;
}

/** What is said in quotes at the end of a line, and the words before it; null where it does not end so. */
function withWhy(
  words: readonly string[],
): { readonly before: readonly string[]; readonly why: string } | null {
  const [, before = '', why = ''] = /^([^"“”]*)["“”](.+)["“”]$/.exec(words.join(' ')) ?? [];
  const said = why.trim();
  return said === '' ? null : { before: before.split(' ').filter((word) => word !== ''), why: said };
}

const longestWhy = 500;

function hold(words: readonly string[]): Command | string {
  const said = withWhy(words);
  const [environment = null, ...more] = said?.before ?? [];
  if (said === null || more.length > 0 || (environment !== null && !isEnvironment(environment))) {
    return `/hold [environment] "why" was expected, as in /hold prod "the launch is today", and "${excerpt(words)}" was found.`;
  }
  return said.why.length > longestWhy ? tooLong('hold') : { name: 'hold', environment, why: said.why };
}

function apply(words: readonly string[]): Command | string {
  const said = withWhy(words);
  const rest = (said?.before ?? []).filter((word) => word !== '--now');
  const [environment = null, ...more] = rest;
  const isNow = said !== null && rest.length === said.before.length - 1;
  if (!isNow || more.length > 0 || (environment !== null && !isEnvironment(environment))) {
    return `/apply --now [environment] "why" was expected, and "${excerpt(words)}" was found. Merging applies a change by itself; this is for one that cannot wait, and it says why.`;
  }
  return said.why.length > longestWhy ? tooLong('apply') : { name: 'apply', environment, why: said.why };
}

function tooLong(name: CommandName): string {
  return `At most ${longestWhy} characters were expected between the quotes of /${name}.`;
}

function isEnvironment(word: string): boolean {
  return /^[a-z][a-z0-9-]{0,39}$/.test(word);
}

function excerpt(words: readonly string[]): string {
  const text = words.join(' ');
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
