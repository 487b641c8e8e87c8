import type { Finding, Trace, SeenStatement } from '../domain/drift.ts';
import { cutToRoom } from './code-section.ts';
import type { DriftView } from './drift-view.ts';
import { clip } from './escape/reveal.ts';
import { listed } from './listed.ts';
import { referencesOf } from './references.ts';
import type { Room } from './room.ts';
import { counted, quoted } from './words.ts';

/** What `partials/drift` shows, and the line above it. */
export function driftSection(view: DriftView, room: Room): object {
  const { finding, issue, since, checkedAt } = view;
  const isDrift = finding.kind === 'drift';
  return {
    references: referencesOf(null, issue),
    environment: quoted(clip(view.environment, room.text)),
    headline: clip(headline(view), room.text),
    isDrift,
    isHeld: view.isHeld,
    issue,
    sql: cutToRoom(
      isDrift ? [{ heading: '', note: '', pieces: finding.statements.map((sql) => `${sql};`) }] : [],
      room.code,
    ),
    left: listed(
      (isDrift ? finding.left : []).map(({ kind, name, change }) =>
        clip(`${kind} ${name} (${change})`, room.text),
      ),
      room,
    ),
    traces: listed(
      (isDrift ? finding.traces : []).map((trace) => clip(traceWords(trace), room.text)),
      room,
    ),
    ignored: listed(
      ignoredWords(finding).map((words) => clip(words, room.text)),
      room,
    ),
    ended: listed(
      view.ended.map(({ objects, until }) =>
        clip(`${quoted(objects)} was to be left alone until ${until}: that is over.`, room.text),
      ),
      room,
    ),
    notes: listed(
      view.notes.map((words) => clip(words, room.text)),
      room,
    ),
    since: isDrift && since !== null ? minute(since) : null,
    checkedAt: checkedAt === null ? null : minute(checkedAt),
    adopt: `/drift adopt ${clip(view.environment, 60)}`,
    revert: `/drift revert ${clip(view.environment, 60)}`,
    show: `/drift ${clip(view.environment, 60)}`,
  };
}

/** What a comparison came to, in a sentence or two. */
function headline({ finding, environment }: DriftView): string {
  const where = quoted(environment);
  switch (finding.kind) {
    case 'drift': {
      const objects = counted(finding.changes.length, 'object');
      return `The schema of ${where} is not what its history says: ${objects} ${finding.changes.length === 1 ? 'differs' : 'differ'}.`;
    }
    case 'none':
      return `The schema of ${where} is what its history says.`;
    case 'not-compared':
      return `${where} was not compared with its history. ${finding.why}`;
  }
}

function traceWords({ object, at, owner, seen }: Trace): string {
  const notKept = seen.length === 0 ? ['the server does not keep when'] : [];
  const words = [
    ...(at === null ? notKept : [`changed last at ${minute(at)} UTC`]),
    ...(owner === null ? [] : [`it belongs to ${quoted(owner)}`]),
    ...seen.map(seenWords),
  ];
  return `${quoted(object)}: ${words.join('; ')}.`;
}

function seenWords({ kind, role, calls, since }: SeenStatement): string {
  const often = calls === 1 ? 'once' : `${calls} times`;
  const when = since === null ? '' : `, first at ${minute(since)} UTC`;
  return `role ${quoted(role)} sent ${kind} with that name ${often}${when}`;
}

function ignoredWords(finding: Finding): readonly string[] {
  if (finding.kind === 'not-compared') return [];
  return finding.ignored.map(
    ({ kind, name, reason, until }) => `${kind} ${quoted(name)}, until ${until}: ${reason}`,
  );
}

function minute(at: Date): string {
  return at.toISOString().slice(0, 16).replace('T', ' ');
}
