import type { TargetState } from '../../ports/target.ts';
import { reverseFile, type ReverseFile } from '../../rollback/reverse-file.ts';
import { announce, type AnnouncementPayload } from '../applying/announcements.ts';
import { answer, type Asked } from '../commands/replies.ts';
import type { Environment } from '../environment.ts';
import { nameAboveAll } from '../planning/name-above-all.ts';
import type { Tools } from '../tools.ts';
import { reverseDdl } from './reverse-ddl.ts';
import { rollbackGround } from './rollback-ground.ts';

/** A migration that makes the schema as if others had never run. */
export interface Offer {
  /** Those that it takes back, newest first. */
  readonly migrations: readonly string[];
  readonly file: ReverseFile;
  readonly statements: readonly string[];
}

/** Writes the migration that stands for the downs that are missing; a sentence where it cannot be written. */
export async function writeReverse(
  environment: Environment,
  migrations: readonly string[],
  state: TargetState,
  tools: Tools,
  signal: AbortSignal,
): Promise<Offer | string> {
  const ground = await rollbackGround(environment, migrations, state, tools, signal);
  if (typeof ground === 'string') return ground;
  const reverse = await reverseDdl(ground, signal);
  if (typeof reverse === 'string') return reverse;
  const { names, files, removes } = ground;
  const [newest = 'migration'] = removes.map(({ name }) => name);
  const words = `undo${/[_-].*$/s.exec(newest)?.[0] ?? `_${newest}`}`;
  const name = await nameAboveAll(environment, [...names, ...files], words, tools);
  const path = `${environment.settings.directory}/${name}.sql`;
  return {
    migrations: removes.map((migration) => migration.name),
    file: reverseFile(path, reverse),
    statements: reverse.up,
  };
}

/** Shows the migration, or has it offered in a pull request: it is planned, gated and applied as any other. */
export async function offerReverse(
  { key, policy }: Environment,
  asked: Asked & { readonly dryRun: boolean },
  lasting: readonly string[],
  { migrations, file, statements }: Offer,
  tools: Tools,
): Promise<void> {
  const view = {
    kind: 'rollback-offered' as const,
    environment: policy.name,
    migrations,
    withoutDown: lasting,
    path: file.path,
    statements,
  };
  if (asked.dryRun) return answer(key.repositoryId, asked, { ...view, pullRequest: null }, 'eyes', tools);
  const { number, commentId, actor: requester } = asked;
  const offer = { kind: 'offer' as const, number, commentId, requester, file, view };
  await announce(key.repositoryId, { ...offer, environment: policy.name }, tools);
}

/** Opens the pull request that brings what was offered. Told twice, it opens one. */
export async function openOffer(
  { key, host, policy }: Environment,
  { number: askedOn, commentId, requester, file, view }: Extract<AnnouncementPayload, { kind: 'offer' }>,
  tools: Tools,
): Promise<void> {
  const { migrations, withoutDown } = view;
  const environment = policy.name;
  const letter = { environment, migrations, withoutDown, askedOn, requester };
  const { title, body } = tools.reports.offeredPullRequest(letter);
  const branch = `tidegate/undo-${environment}-${commentId}`;
  const pullRequest = await host.changeFiles(policy.branch, branch, { [file.path]: file.text }, title, body);
  await tools.records.addParts(key.repositoryId, pullRequest, [
    { login: requester, as: 'requester', commit: null },
  ]);
  const reason = `it was offered on #${askedOn}`;
  await tools.queue.enqueue({ kind: 'plan', repositoryId: key.repositoryId, pullRequest, reason });
  const told = { ...view, kind: 'rollback-offered' as const, environment, pullRequest };
  await answer(key.repositoryId, { number: askedOn, commentId }, told, 'rocket', tools);
}
