import { z } from 'zod';
import type { Person } from '../domain/gate.ts';
import type { TeamSubject } from '../domain/policy.ts';
import type { Connection } from './connection.ts';

const permissions: Readonly<Record<string, string>> = {
  ADMIN: 'admin',
  MAINTAIN: 'maintain',
  WRITE: 'write',
  TRIAGE: 'triage',
  READ: 'read',
};

/** GitHub looks for `query` in logins and names alike, so that more than the one can be found. */
const mostFound = 100;

const collaborators = z.object({
  collaborators: z.object({
    edges: z.array(z.object({ permission: z.string(), node: z.object({ login: z.string() }) })),
  }),
});

const team = z.object({
  team: z.object({
    members: z.object({ totalCount: z.number(), nodes: z.array(z.object({ login: z.string() })) }),
  }),
});

/**
 * Role and teams of one login by one question of GraphQL, whichever teams are asked about. Null where GitHub does
 * not answer all of it: then nothing is known.
 */
export async function rightsInOneQuestion(
  { octokit, owner, repo }: Connection,
  login: string,
  teams: readonly TeamSubject[],
): Promise<Pick<Person, 'role' | 'teams'> | null> {
  const names = teams.flatMap(({ organisation, slug }, at): [string, string][] => [
    [`organisation${at}`, organisation],
    [`slug${at}`, slug],
  ]);
  const named: Readonly<Record<string, string>> = Object.fromEntries(names);
  const variables = { owner, repo, login, ...named };
  try {
    const question = questionOf(Object.keys(variables), teams.length);
    const found: unknown = await octokit.graphql(question, variables);
    const answer = z.record(z.string(), z.unknown()).parse(found);
    return rightsOf(answer, login, teams);
  } catch (error) {
    // A refusal of a part comes with status 200, and what is cut short has another shape: both leave it unknown.
    if (error instanceof z.ZodError || (error instanceof Error && 'errors' in error)) return null;
    throw error;
  }
}

function questionOf(variables: readonly string[], teams: number): string {
  const asked = Array.from(
    { length: teams },
    (_, at) => `team${at}: organization(login: $organisation${at}) {
    team(slug: $slug${at}) { members(query: $login, first: ${mostFound}) { totalCount nodes { login } } }
  }`,
  );
  return `query personRights(${variables.map((name) => `$${name}: String!`).join(', ')}) {
  role: repository(owner: $owner, name: $repo) {
    collaborators(login: $login, first: 1) { edges { permission node { login } } }
  }
  ${asked.join('\n  ')}
}`;
}

function rightsOf(
  answer: Readonly<Record<string, unknown>>,
  login: string,
  teams: readonly TeamSubject[],
): Pick<Person, 'role' | 'teams'> | null {
  const isThem = (other: { readonly login: string }): boolean =>
    other.login.toLowerCase() === login.toLowerCase();
  const { edges } = collaborators.parse(answer['role']).collaborators;
  const permission = edges.find(({ node }) => isThem(node))?.permission;
  const found: string[] = [];
  for (const [at, { organisation, slug }] of teams.entries()) {
    const { members } = team.parse(answer[`team${at}`]).team;
    if (members.nodes.some(isThem)) found.push(`${organisation}/${slug}`);
    else if (members.totalCount > members.nodes.length) return null;
  }
  return { role: permission === undefined ? 'none' : (permissions[permission] ?? 'none'), teams: found };
}
