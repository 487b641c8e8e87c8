import { decisionLines } from './decision-lines.ts';
import { clip } from './escape/reveal.ts';
import { listed } from './listed.ts';
import { unevenMigrations } from './migration-table.ts';
import { referencesOf } from './references.ts';
import type { ReplyView, StatusRow } from './reply-view.ts';
import type { Room } from './room.ts';
import { stateWords } from './status-words.ts';
import { quoted } from './words.ts';

type StatusView = Extract<ReplyView, { kind: 'status' }>;

/** What the answer to `/status` shows: environments, what they have run, gates. */
export function statusModel(view: StatusView, room: Room): object {
  return {
    references: [
      ...view.environments.flatMap(({ hold, drift, waitsFor }) =>
        referencesOf(hold, drift?.issue ?? null, waitsFor?.issue ?? null),
      ),
      ...view.migrations.flatMap(({ places }) =>
        referencesOf(null, ...Object.values(places).map(({ pullRequest }) => pullRequest)),
      ),
    ],
    ...listed(
      view.environments.map((row) => rowModel(row, room)),
      room,
    ),
    rules: view.rules === undefined ? null : clip(view.rules, room.text),
    uneven: unevenMigrations(view.migrations, askedOf(view.environments), room),
    gates: (view.gates ?? []).map((gate) => gateModel(gate, room)),
  };
}

function gateModel({ environment, decision }: NonNullable<StatusView['gates']>[number], room: Room): object {
  return {
    environment: quoted(clip(environment, room.text)),
    lines: listed(decisionLines(decision, room.text), room),
  };
}

/** Those whose databases could be asked. */
function askedOf(environments: readonly StatusRow[]): readonly string[] {
  return environments.filter(({ applied }) => applied !== null).map(({ environment }) => environment);
}

function rowModel(row: StatusRow, room: Room): object {
  return {
    environment: clip(row.environment, room.text),
    branch: clip(row.branch, room.text),
    protected: row.protected,
    applied: row.applied === null ? 'not known' : String(row.applied),
    latest: row.latest === null ? null : clip(row.latest, room.text),
    pending: row.applied === null ? 'not known' : clip(pendingWords(row.pending), room.text),
    state: clip(stateWords(row, { name: quoted, hasMarks: true }), room.text),
  };
}

const shownPending = 3;

function pendingWords(pending: readonly string[]): string {
  if (pending.length === 0) return 'none';
  const left = pending.length - shownPending;
  const shown = pending.slice(0, shownPending).map(quoted).join(', ');
  return left > 0 ? `${pending.length}: ${shown} and ${left} more` : `${pending.length}: ${shown}`;
}
