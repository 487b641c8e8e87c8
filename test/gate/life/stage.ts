import { readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { teamOf, type Team } from '../../flows/team.ts';
import { SHOP, type World } from '../../support/world.ts';
import type { Scene } from '../model/scene.ts';
import type { Step } from '../model/steps.ts';
import type { WrittenFloor } from '../model/written-policy.ts';
import { expiryDays, fileOf } from './house-rules.ts';
import { filesOf, migrationsOf } from './work.ts';

/** One pull request of a sequence on the simulated GitHub. */
export interface Act {
  readonly pullRequest: number;
  readonly branch: string;
  /** The number of its migration. */
  readonly number: number;
  /** GitHub's ids of the reviews, in the order of the scene's. */
  readonly reviews: number[];
  /** The repository's file, as the branch has it but for its own change. */
  readonly file: string;
}

/** Does on the simulated GitHub what a step says; false where GitHub refuses it, and nothing was done. */
export async function perform(world: World, act: Act, scene: Scene, step: Step): Promise<boolean> {
  const at = { ...SHOP, pull_number: act.pullRequest };
  const team = teamOf(world);
  switch (step.kind) {
    case 'push':
      await push(world, act, scene, step);
      return true;
    case 'update':
      await team.push(
        'main',
        { 'NEWS.md': `News of ${act.branch}, ${scene.commits.length}.\n` },
        { by: 'ada' },
      );
      return isDone(world.as(step.by).rest.pulls.updateBranch(at));
    case 'say':
      return say(world, act, step);
    case 'dismiss': {
      const review_id = act.reviews[step.index];
      if (review_id === undefined) return false;
      return isDone(world.as('ada').rest.pulls.dismissReview({ ...at, review_id, message: 'No longer.' }));
    }
    case 'team':
      toggleTeam(world, scene, step.login, step.team);
      return true;
    case 'role':
      world.github.setCollaborator(world.repository, step.login, roleOf(step.role));
      return true;
    case 'policy':
      if (step.written.floor !== scene.written['prod']?.floor) await layFloor(world, step.written.floor);
      await team.rule(fileOf(step.written), { by: 'ada' });
      return true;
    case 'label':
      return label(world, act, scene, step.label);
    case 'retarget':
      // A review that was not heard of yet may have seen a plan of its own second (docs/security.md).
      pass(world, 1 / 60);
      return isDone(world.as('ada').rest.pulls.update({ ...at, base: step.to === 'prod' ? 'main' : 'dev' }));
    case 'merge':
      return scene.base === 'prod' && isDone(team.merge(act.pullRequest, { by: step.by }));
    case 'expire':
      pass(world, (expiryDays + 1) * 24 * 60);
      return true;
    case 'break-glass':
      return isDone(team.comment(act.pullRequest, step.by, '/apply --now "the shop is down"'));
    case 'severity':
    case 'rows':
    case 'plan-again':
    case 'hold':
    case 'release':
    case 'lengthen':
      return false;
  }
}

/** Whether GitHub took it; a refusal of GitHub's (4xx) is an answer, anything else an error. */
async function isDone(request: Promise<unknown>): Promise<boolean> {
  try {
    await request;
    return true;
  } catch (error) {
    const status = error instanceof Error && 'status' in error ? error.status : null;
    if (typeof status === 'number' && status >= 400 && status < 500) return false;
    throw error;
  }
}

/** Lets so many minutes pass, for the service and for GitHub. */
export function pass(world: World, minutes: number): void {
  world.setTime(new Date(world.time().getTime() + minutes * 60_000));
}

const serverFile = z.looseObject({
  databases: z.array(z.looseObject({ environment: z.string(), least: z.unknown().optional() })),
});

/** Writes it into the server's file, which is read at the service's start. */
async function layFloor(world: World, floor: WrittenFloor | null): Promise<void> {
  await world.settled();
  const path = world.variables['TIDEGATE_CONFIG'] ?? '';
  const { databases, ...others } = serverFile.parse(JSON.parse(await readFile(path, 'utf8')));
  const laid = databases.map(({ least: _, ...database }) =>
    database.environment === 'prod' && floor !== null ? { ...database, least: floor } : database,
  );
  await writeFile(path, JSON.stringify({ ...others, databases: laid }));
  await world.restart();
}

async function push(
  world: World,
  { branch, number, file }: Act,
  { change, commits }: Scene,
  step: Extract<Step, { kind: 'push' }>,
): Promise<void> {
  const { by, author, committer, coAuthors } = step;
  const work = filesOf(step.change ?? change, { number, file });
  await world.github.commitFiles(world.repository, {
    branch,
    files: { [`work/${branch}.md`]: `Push ${commits.length}.\n`, ...work },
    message: `Change ${commits.length}`,
    author: { login: by, name: author, email: addressOf(author) },
    committer: { name: committer, email: addressOf(committer) },
    coAuthors: coAuthors.map((name) => ({ name, email: addressOf(name) })),
  });
}

function addressOf(login: string): string {
  return `${login}@acme.example`;
}

async function say(world: World, act: Act, { by, what }: Extract<Step, { kind: 'say' }>): Promise<boolean> {
  const events = {
    approved: 'APPROVE',
    'changes-requested': 'REQUEST_CHANGES',
    commented: 'COMMENT',
  } as const;
  const review = { ...SHOP, pull_number: act.pullRequest, event: events[what], body: 'I looked at it.' };
  return isDone(
    world
      .as(by)
      .rest.pulls.createReview(review)
      .then(({ data }) => act.reviews.push(data.id)),
  );
}

function toggleTeam(world: World, { people }: Scene, login: string, slug: string): void {
  const team = [...world.github.store.teams.values()].find((one) => one.slug === slug);
  if (team === undefined) throw new Error(`there is no team ${slug}`);
  const isIn = people[login]?.teams.includes(slug) === true;
  world.github.setTeamMember(team, login, isIn ? 'removed' : 'added');
}

async function label(world: World, act: Act, { labels }: Scene, name: string): Promise<boolean> {
  const at = { ...SHOP, issue_number: act.pullRequest };
  const { issues } = world.as('ada').rest;
  return isDone(
    labels.includes(name) ? issues.removeLabel({ ...at, name }) : issues.addLabels({ ...at, labels: [name] }),
  );
}

type Role = Parameters<World['github']['setCollaborator']>[2];

function roleOf(role: string): Role {
  return role === 'write' || role === 'maintain' ? role : 'read';
}

/** What the databases and GitHub show of a pull request. */
export interface Seen {
  readonly gate: string | null;
  readonly isApplied: boolean;
  readonly holds: readonly string[];
}

export async function look(world: World, act: Act, scene: Scene): Promise<Seen> {
  const team: Team = teamOf(world);
  const names = migrationsOf(act.number);
  const history = await world.history('prod');
  return {
    gate: await team.check(act.pullRequest, 'gate', scene.base),
    isApplied: history.some((name) => names.includes(name)),
    holds: await team.holds(),
  };
}
