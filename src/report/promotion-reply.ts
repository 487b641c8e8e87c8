import type { RevertedMigration } from '../domain/promotion.ts';
import { clip } from './escape/reveal.ts';
import { listed } from './listed.ts';
import { referencesOf } from './references.ts';
import type { ReplyView } from './reply-view.ts';
import type { Room } from './room.ts';
import { quoted } from './words.ts';

/** What the answer to `/promote` shows: what goes, what stays and why, what is brought back. */
export function promotionModel(view: Extract<ReplyView, { kind: 'promotion' }>, room: Room): object {
  const { pullRequest, migrations, left, broughtBack } = view;
  const back = broughtBack?.migrations ?? [];
  return {
    references: referencesOf(
      null,
      pullRequest,
      broughtBack?.pullRequest ?? null,
      ...back.map((one) => one.pullRequest),
    ),
    environment: quoted(clip(view.environment, room.text)),
    from: quoted(clip(view.from, room.text)),
    pullRequest,
    isNew: view.isNew,
    migrations: listed(
      migrations.map((name) => clip(name, room.text)),
      room,
    ),
    later: listed(
      left.map((sentence) => clip(sentence, room.text)),
      room,
    ),
    broughtBack: back.slice(0, room.items).map((one) => ({
      words: clip(broughtBackWords(one, broughtBack?.pullRequest ?? 0), room.text),
    })),
  };
}

function broughtBackWords({ migration, pullRequest }: RevertedMigration, number: number): string {
  const where =
    pullRequest === null ? 'was taken out of this branch' : `was reverted here in #${pullRequest}`;
  return `${quoted(migration)} ${where}, and no promotion brings it along: #${number} brings it back.`;
}
