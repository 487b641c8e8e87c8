import type { RollbackOf } from '../domain/command.ts';
import { nearest } from '../domain/nearest.ts';

/** What a rollback takes back: names in the order of the history, or why it cannot be said, as a sentence. */
export type Selected =
  | { readonly kind: 'selected'; readonly migrations: readonly string[] }
  | { readonly kind: 'none'; readonly reason: string };

export interface Standing {
  readonly environment: string;
  /** Every migration that the environment has run, in that order. */
  readonly history: readonly string[];
  /** Those that the pull request's merge brought, where the command stands on one. */
  readonly ofPullRequest: readonly string[];
}

/** Which of the migrations that an environment has run a command means. */
export function selectMigrations(
  of: RollbackOf,
  { environment, history, ofPullRequest }: Standing,
): Selected {
  if (history.length === 0) return none(`${environment} has run no migration that could be taken back.`);
  switch (of.kind) {
    case 'pull-request': {
      const brought = new Set(ofPullRequest);
      return selected(history.filter((name) => brought.has(name)));
    }
    case 'last':
      return of.count > history.length
        ? none(
            `${environment} has run ${history.length} migrations, and the last ${of.count} were asked for.`,
          )
        : selected(history.slice(-of.count));
    case 'migration': {
      const name = nameIn(history, of.migration);
      return name === null ? none(notThere(of.migration, environment, history)) : selected([name]);
    }
    case 'to': {
      const name = nameIn(history, of.migration);
      if (name === null) return none(notThere(of.migration, environment, history));
      const later = history.slice(history.indexOf(name) + 1);
      return later.length === 0
        ? none(`${name} is the newest that ${environment} has run: there is nothing after it to take back.`)
        : selected(later);
    }
  }
}

/** People name a migration as the history does, or as its file is called. */
function nameIn(history: readonly string[], asked: string): string | null {
  const file = asked.slice(asked.lastIndexOf('/') + 1);
  const name = file.replace(/\.(sql|[cm]?[jt]s)$/, '');
  return [asked, file, name].find((one) => history.includes(one)) ?? null;
}

function notThere(asked: string, environment: string, history: readonly string[]): string {
  const meant = nearest(asked, history, 8);
  const newest = history.slice(-3).toReversed().join(', ');
  const hint = meant === null ? `The newest it has: ${newest}.` : `Did you mean ${meant}?`;
  return `${environment} has not run ${asked}. ${hint}`;
}

function selected(migrations: readonly string[]): Selected {
  return { kind: 'selected', migrations };
}

function none(reason: string): Selected {
  return { kind: 'none', reason };
}
