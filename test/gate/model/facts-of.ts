import { ConfigError } from '../../../src/config/config-error.ts';
import { environmentPolicies } from '../../../src/config/environment-policies.ts';
import { parseRepositoryConfig } from '../../../src/config/repository-config.ts';
import { parseServerConfig } from '../../../src/config/server-config.ts';
import type { Contributor, GateFacts, OwnedPath, Review } from '../../../src/domain/gate.ts';
import type { EnvironmentPolicy } from '../../../src/domain/policy.ts';
import { ownersOf } from '../../../src/gate/code-owners.ts';
import { hold } from '../facts.ts';
import { codeOwners } from './owned.ts';
import { wouldRun, type Scene, type Somebody } from './scene.ts';
import type { Written } from './written-policy.ts';

/** What is read of files, each once. */
export interface Reader {
  /** The policy, read through the two files. */
  policyOf(written: Written): EnvironmentPolicy;
  ownersOf(paths: readonly string[]): readonly OwnedPath[];
}

export function createReader(): Reader {
  const policies = new Map<Written, EnvironmentPolicy>();
  const owners = new Map<string, readonly OwnedPath[]>();
  return {
    policyOf: (written) => {
      const found = policies.get(written) ?? readPolicy(written);
      policies.set(written, found);
      return found;
    },
    ownersOf: (paths) => {
      const found = owners.get(paths.join('\n')) ?? ownersOf(codeOwners, paths);
      owners.set(paths.join('\n'), found);
      return found;
    },
  };
}

/** Whether the two files may say so: a protected environment that asks for nobody is refused, for one. */
export function isAccepted(written: Written): boolean {
  try {
    readPolicy(written);
    return true;
  } catch (error) {
    if (error instanceof ConfigError) return false;
    throw error;
  }
}

function readPolicy({ policy, floor }: Written): EnvironmentPolicy {
  const file = { version: 1, environments: { prod: { branch: 'main', ...policy } } };
  const database = {
    repository: 'acme/shop',
    environment: 'prod',
    url: 'env:PROD',
    ...(floor === null ? {} : { least: floor }),
  };
  const config = parseRepositoryConfig(JSON.stringify(file), 'the repository’s file');
  const server = parseServerConfig(JSON.stringify({ databases: [database] }), 'the server’s file');
  const [read] = environmentPolicies(config, server.databases);
  if (read === undefined) throw new Error(`no policy came of ${JSON.stringify(file)}`);
  return read;
}

/** What the service would have fetched of a scene. */
export function factsOf(scene: Scene, reader: Reader): GateFacts {
  const { written, base, change, labels, people, author, said, mergedBy, brokeGlass } = scene;
  const here = written[base];
  if (here === undefined) throw new Error(`there is no environment ${base}`);
  const { hazards, tables, rows, paths, reversibility, statements, bringsWaiver } = change;
  const authorTeams = inFull(people[author]?.teams ?? []);
  return {
    policy: reader.policyOf(here),
    digest: digestOf(wouldRun(scene)),
    stepCount: change.steps,
    changesRules: change.changesRules,
    traits: {
      hazards,
      tables,
      wholeSchemas: [],
      isForeseen: true,
      rows,
      paths,
      labels,
      authorTeams,
      reversibility,
      statements,
      bringsWaiver,
    },
    owners: reader.ownersOf(paths),
    expiredAt: scene.isExpired ? time(100) : null,
    problems: change.isRed ? ['`003_total` fails.'] : [],
    head: commitOf(scene.commits.length),
    contributors: contributorsOf(scene),
    contributorsComplete: scene.areCommitsListed,
    reviews: said.map((one, index) => reviewOf(one, index, people[one.by])),
    people: [...new Set(said.map(({ by }) => by))].map((login) => ({
      login,
      role: people[login]?.role ?? 'none',
      teams: inFull(people[login]?.teams ?? []),
    })),
    hold: scene.isHeld ? hold : null,
    endsHold: scene.endsHold,
    mergedBy,
    brokenGlass: brokeGlass === null ? null : { login: brokeGlass, why: 'the shop is down' },
  };
}

function reviewOf(one: Scene['said'][number], index: number, by: Somebody | undefined): Review {
  return {
    id: index + 1,
    login: one.by,
    isBot: by?.isBot === true,
    state: one.isDismissed ? 'dismissed' : one.what,
    commit: commitOf(index),
    digest: one.of === null ? null : digestOf(one.of),
    severity: one.risk,
    submittedAt: time(index),
  };
}

function contributorsOf({ author, commits, pushedBy }: Scene): readonly Contributor[] {
  const inCommits = commits.flatMap(({ isUpdate, author: wrote, committer, coAuthors }, index) => {
    const commit = commitOf(index);
    if (isUpdate) return [];
    return [
      { login: wrote, as: 'author' as const, commit },
      { login: committer, as: 'committer' as const, commit },
      ...coAuthors.map((login) => ({ login, as: 'co-author' as const, commit })),
    ];
  });
  const pusher = pushedBy === null ? [] : [{ login: pushedBy, as: 'pusher' as const, commit: null }];
  return [{ login: author, as: 'author', commit: null }, ...inCommits, ...pusher];
}

function inFull(teams: readonly string[]): readonly string[] {
  return teams.map((slug) => `acme/${slug}`);
}

function digestOf(text: string): string {
  return Buffer.from(text).toString('hex').padEnd(64, '0');
}

function commitOf(index: number): string {
  return index.toString(16).padStart(40, '0');
}

function time(seconds: number): Date {
  return new Date(Date.UTC(2026, 2, 4, 10, 0, seconds));
}
