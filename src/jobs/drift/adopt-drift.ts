import { adoptsLine } from '../../migrations/adopts.ts';
import { reverseFile } from '../../rollback/reverse-file.ts';
import { announce, type AnnouncementPayload } from '../applying/announcements.ts';
import { answer, refuseCommand, type Asked } from '../commands/replies.ts';
import type { Environment } from '../environment.ts';
import { listed } from '../../plan/names-in-words.ts';
import { nameAboveAll } from '../planning/name-above-all.ts';
import { blobsByName } from '../planning/named-migrations.ts';
import { namesToRun } from '../planning/run-elsewhere.ts';
import type { Tools } from '../tools.ts';
import { comparedNow } from './ask.ts';
import { proveForth } from './prove-statements.ts';

/**
 * `/drift adopt`: has a pull request opened with the migration that makes what is there, once that was proven on a
 * shadow. Merged, it counts as applied there, and runs everywhere else.
 */
export async function adoptDrift(
  environment: Environment,
  asked: Asked,
  tools: Tools,
  signal: AbortSignal,
): Promise<void> {
  const found = await comparedNow(environment, tools, signal);
  if (typeof found === 'string') return refuseCommand('drift', environment, asked, found, tools);
  const { compared, drift } = found;
  const waiting = await waitingOn(environment, compared.ground.names, tools);
  if (waiting !== null) return refuseCommand('drift', environment, asked, waiting, tools);
  const proven = await proveForth({ environment, compared, drift }, tools, signal);
  if (typeof proven === 'string') {
    return refuseCommand(
      'drift',
      environment,
      asked,
      `Nothing is offered for it: all or none. ${proven}`,
      tools,
    );
  }
  const { key, policy, settings } = environment;
  const { names, files } = compared.ground;
  const migration = await nameAboveAll(environment, [...names, ...files], `adopt_from_${policy.name}`, tools);
  const path = `${settings.directory}/${migration}.sql`;
  const { text } = reverseFile(path, { up: proven.forth, down: proven.back });
  const file = { path, text: text.replace('\n', `\n${adoptsLine(policy.name)}\n`) };
  await tools.records.audit({
    ...key,
    pullRequest: asked.number,
    commit: null,
    actor: asked.actor,
    action: 'drift-asked',
    migration: null,
    digest: drift.digest,
    detail: { action: 'adopt', path },
  });
  const { number, commentId, actor: requester } = asked;
  const statements = [...proven.forth];
  await announce(
    key.repositoryId,
    { kind: 'adopt', environment: policy.name, number, commentId, requester, file, statements },
    tools,
  );
}

/**
 * What branch and history differ by, as a refusal: it goes first, up or down, and does not for the drift. An adoption
 * planned beside it would be red.
 */
async function waitingOn(
  { host, policy, settings }: Environment,
  ran: readonly string[],
  tools: Tools,
): Promise<string | null> {
  const { name: environment, branch } = policy;
  const folder = await host.list(branch, settings.directory);
  const place = { environment, settings, applied: new Set(ran) };
  const toRun = await namesToRun(host, folder, place, tools);
  const onBranch = blobsByName(folder, settings);
  const gone = ran.filter((name) => !onBranch.has(name));
  if (toRun.length + gone.length === 0) return null;
  const found = [
    ...(toRun.length === 0 ? [] : [`${listed(toRun.map(asCode))} would run before what is adopted`]),
    ...(gone.length === 0 ? [] : [`${listed(gone.map(asCode))} ran and is not there any more`]),
  ];
  return (
    `\`${branch}\` was expected to hold what has run, and no more: ${found.join(', and ')}. Have branch and history agree ` +
    `first: \`/release ${environment}\` lets what was merged run or be taken back, as long as the drift stays just this one; ` +
    `or merge a pull request that makes the branch what has run. Then ask again.`
  );
}

function asCode(name: string): string {
  return `\`${name}\``;
}

/** Opens the pull request that brings what is there. Told twice, it opens one. */
export async function openAdoption(
  { key, host, policy, settings }: Environment,
  asked: Extract<AnnouncementPayload, { kind: 'adopt' }>,
  tools: Tools,
): Promise<void> {
  const { number, commentId, requester, file, statements } = asked;
  const environment = policy.name;
  const { title, body } = tools.reports.adoptingPullRequest({ environment, askedOn: number, requester });
  const branches = `tidegate/adopt-${environment}-`;
  const branch = `${branches}${commentId}`;
  const twin = await openTwin({ host, policy, settings }, { branches, branch, text: file.text });
  if (twin !== null) {
    const reason = `#${twin} adopts just that already, and is open.`;
    return refuseCommand('drift', { key }, { number, commentId, actor: requester }, reason, tools);
  }
  const pullRequest = await host.changeFiles(policy.branch, branch, { [file.path]: file.text }, title, body);
  await tools.records.addParts(key.repositoryId, pullRequest, [
    { login: requester, as: 'requester', commit: null },
  ]);
  const reason = `it was asked for on #${number}`;
  await tools.queue.enqueue({ kind: 'plan', repositoryId: key.repositoryId, pullRequest, reason });
  const view = { kind: 'drift-adopting' as const, environment, pullRequest, path: file.path, statements };
  await answer(key.repositoryId, { number, commentId }, view, 'rocket', tools);
}

/** The open pull request that adopts the same by the same statements, whatever its file is called; null where none does. */
async function openTwin(
  { host, policy, settings }: Pick<Environment, 'host' | 'policy' | 'settings'>,
  { branches, branch, text }: { readonly branches: string; readonly branch: string; readonly text: string },
): Promise<number | null> {
  const size = Buffer.byteLength(text);
  for (const { number, headBranch, head } of await host.openPullRequests(policy.branch)) {
    const isOurs = headBranch.startsWith(branches) && /^\d+$/.test(headBranch.slice(branches.length));
    const tree = isOurs && headBranch !== branch ? await host.list(head, settings.directory) : null;
    for (const entry of tree?.kind === 'found' ? tree.entries : []) {
      if (entry.size !== size) continue;
      const bytes = await host.readFile(head, entry.path);
      if (bytes !== null && Buffer.from(bytes).toString() === text) return number;
    }
  }
  return null;
}
