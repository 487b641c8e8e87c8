import { z } from 'zod';
import type { Subject } from '../domain/policy.ts';

const expected =
  "a team ('@organisation/team'), a user ('octocat'), a role (role:write, role:maintain, role:admin) or code-owners";

/**
 * Reads who may approve: `'@acme/dba'`, `octocat` or `'@octocat'`, `role:write`, `code-owners`. Null for what is none
 * of them; a user of the name `code-owners` is written with the `@`.
 */
function parseSubject(text: string): Subject | null {
  if (text === 'code-owners') return { kind: 'code-owners' };
  const role = /^role:(write|maintain|admin)$/.exec(text)?.[1];
  if (role === 'write' || role === 'maintain' || role === 'admin') return { kind: 'role', role };
  const team = /^@([A-Za-z0-9][A-Za-z0-9-]*)\/([A-Za-z0-9][\w.-]*)$/.exec(text);
  if (team?.[1] !== undefined && team[2] !== undefined) {
    return { kind: 'team', organisation: team[1], slug: team[2].toLowerCase() };
  }
  const login = /^@?([A-Za-z0-9][A-Za-z0-9-]{0,38}(_[A-Za-z0-9]+)?(\[bot\])?)$/.exec(text)?.[1];
  return login === undefined ? null : { kind: 'user', login };
}

/** A list of subjects that is not empty. */
export const subjectList = z
  .array(
    z.string({ error: expected }).transform((text, context): Subject => {
      const subject = parseSubject(text.trim());
      if (subject !== null) return subject;
      context.addIssue({ code: 'custom', message: expected });
      return z.NEVER;
    }),
    { error: "a list such as ['@acme/dba']" },
  )
  .min(1, "at least one team, user or role, such as ['@acme/dba']; leave it out for anybody with write");

/** The same without code owners, who are known for a pull request's paths alone. */
export const peopleList = subjectList.refine(
  (subjects) => subjects.every(({ kind }) => kind !== 'code-owners'),
  'teams, users or roles (code-owners are known for approvals alone)',
);

const aTeam = "a team such as '@acme/interns'";

const team = z.string({ error: aTeam }).transform((text, context): Extract<Subject, { kind: 'team' }> => {
  const subject = parseSubject(text.trim());
  if (subject?.kind === 'team') return subject;
  context.addIssue({ code: 'custom', message: aTeam });
  return z.NEVER;
});

/** One team, or a list of them. */
export const teamList = z.union(
  [team.transform((one) => [one]), z.array(team, { error: aTeam }).min(1, aTeam)],
  {
    error: `${aTeam}, or a list of them`,
  },
);
