import type { Command, CommandName, ParsedCommand, RollbackOf } from '../domain/command.ts';
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
  withdraw: (words) => alone({ name: 'withdraw' }, words),
  retry: (words) => withEnvironment('retry', words),
  release: (words) => withEnvironment('release', words),
  hold,
  apply,
  drift,
  promote: (words) => withEnvironment('promote', words),
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

function withEnvironment(name: 'retry' | 'release' | 'promote', words: readonly string[]): Command | string {
  const [environment = null, ...more] = words;
  if (more.length === 0 && (environment === null || isEnvironment(environment))) return { name, environment };
  return `At most the name of an environment was expected after /${name}, as in /${name} prod, and "${excerpt(words)}" was found.`;
}

const rollbackUsage =
  '/rollback [migration | --to migration | --last N] [environment] [--dry-run] [--accept-data-loss]';
const rollbackFlags = ['--dry-run', '--accept-data-loss', '--to', '--last'];

function rollback(words: readonly string[]): Command | string {
  const dryRun = words.includes('--dry-run');
  const acceptDataLoss = words.includes('--accept-data-loss');
  const rest = words.filter((word) => word !== '--dry-run' && word !== '--accept-data-loss');
  const { of, left } = rollbackOf(rest);
  const [environment = null, ...more] = left;
  if (of !== null && more.length === 0 && (environment === null || isEnvironment(environment))) {
    return { name: 'rollback', of, dryRun, acceptDataLoss, environment };
  }
  const wrong = of === null ? rest : environment !== null && isEnvironment(environment) ? more : left;
  const flag = wrong.find((word) => word.startsWith('--') && !rollbackFlags.includes(word));
  const meant = flag === undefined ? null : nearest(flag, rollbackFlags, 3);
  const hint =
    meant === null
      ? 'Alone it takes back all that its pull request applied; a migration is named as its file is.'
      : `Did you mean ${meant}?`;
  return `${rollbackUsage} was expected, and "${excerpt(wrong)}" was found. ${hint}`;
}

/** What is to be taken back, and the words that say nothing of it; null where it is said wrongly or twice. */
function rollbackOf(words: readonly string[]): {
  readonly of: RollbackOf | null;
  readonly left: readonly string[];
} {
  const said: RollbackOf[] = [];
  const left: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const [word = '', next = ''] = words.slice(at, at + 2);
    if (word === '--to' && isMigration(next)) said.push({ kind: 'to', migration: next });
    else if (word === '--last' && /^[1-9]\d{0,3}$/.test(next))
      said.push({ kind: 'last', count: Number(next) });
    else if (isMigration(word)) said.push({ kind: 'migration', migration: word });
    else left.push(word);
    if (word === '--to' || word === '--last') at += 1;
  }
  const isUnsaid = words.some((word) => word === '--to' || word === '--last') && said.length === 0;
  if (said.length > 1 || isUnsaid) return { of: null, left };
  return { of: said[0] ?? { kind: 'pull-request' }, left };
}

/** As in a folder of migrations: a number first, which no environment's name begins with. */
function isMigration(word: string): boolean {
  return /^([\w.-]+\/)*\d[\w.-]{0,199}$/.test(word);
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

const driftUsage = '/drift [adopt | revert] [environment] [--accept-data-loss]';

function drift(words: readonly string[]): Command | string {
  const acceptDataLoss = words.includes('--accept-data-loss');
  const rest = words.filter((word) => word !== '--accept-data-loss');
  const [first] = rest;
  const action = first === 'adopt' || first === 'revert' ? first : 'show';
  const [environment = null, ...more] = action === 'show' ? rest : rest.slice(1);
  const isFit = !acceptDataLoss || action === 'revert';
  if (isFit && more.length === 0 && (environment === null || isEnvironment(environment))) {
    return { name: 'drift', action, acceptDataLoss, environment };
  }
  return `${driftUsage} was expected, and "${excerpt(words)}" was found. Alone it shows how the database differs from its history; --accept-data-loss goes with revert.`;
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
