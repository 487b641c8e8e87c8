import { HERE, openedPull, scene, type Scene } from '../github/scene.ts';
import { registerPages } from '../../../src/demo/github/pages/register.ts';

export const migration = 'migrations/1700000000021_add-email.sql';

export const planComment = `<!-- tide:plan -->
**Not yet: one approval of @acme/dba is missing.** Ask for a review, see #1.

> [!WARNING]
> One hazard: \`ALTER TABLE\` rewrites **orders**.

| step | lock | time |
|:-----|:----:|-----:|
| add-email | AccessExclusive | 12 ms |

<details><summary>Schema diff</summary>

\`\`\`diff
@@ table orders @@
-  email varchar(20)
+  email text not null
   id bigint
\`\`\`

</details>

- [x] tried on a shadow
- [ ] approved

\`\`\`sql
ALTER TABLE orders ADD COLUMN email text;
\`\`\`
`;

const migrationText = `-- Up Migration
ALTER TABLE orders ADD COLUMN email text NOT NULL DEFAULT '';
CREATE INDEX orders_email ON orders (email);

-- Down Migration
ALTER TABLE orders DROP COLUMN email;
`;

export interface ReviewedPull {
  readonly at: Scene;
  readonly origin: string;
  readonly number: number;
  readonly sha: string;
  readonly path: string;
  readonly planRun: number;
}

/** wim's pull request into the protected main, with a plan that warns, a red gate, a comment and reviews. */
export async function reviewedPull(): Promise<ReviewedPull> {
  const at = await scene({ pages: registerPages });
  const dba = at.github.createTeam('acme', 'dba', ['wanda']);
  at.github.setTeamRole(at.repository, dba, 'write');
  const files = { [migration]: migrationText, 'NOTES.md': '# Notes\nWith e-mail.\n' };
  const { number, sha } = await openedPull(at, { branch: 'feature/add-email', files });
  await protectMain(at);
  const planRun = await postChecks(at, sha);
  const bot = await at.asInstallation();
  const comment = await bot.rest.issues.createComment({ ...HERE, issue_number: number, body: planComment });
  await bot.rest.reactions.createForIssueComment({ ...HERE, comment_id: comment.data.id, content: 'eyes' });
  const reviews = at.as('rita').rest.pulls;
  await reviews.createReview({ ...HERE, pull_number: number, event: 'APPROVE', body: 'Looks **fine**.' });
  const path = `/acme/shop/pull/${number}`;
  return { at, origin: at.github.url, number, sha, path, planRun };
}

async function protectMain(at: Scene): Promise<void> {
  await at.as('ada').rest.repos.updateBranchProtection({
    ...HERE,
    branch: 'main',
    required_status_checks: {
      strict: false,
      checks: [
        { context: 'tide / plan (prod)', app_id: at.app.id },
        { context: 'tide / gate (prod)', app_id: at.app.id },
        { context: 'security scan' },
      ],
      contexts: [],
    },
    enforce_admins: false,
    required_pull_request_reviews: { required_approving_review_count: 1 },
    restrictions: null,
  });
}

async function postChecks(at: Scene, sha: string): Promise<number> {
  const { checks } = (await at.asInstallation()).rest;
  const done = { ...HERE, head_sha: sha, status: 'completed' as const };
  const plan = await checks.create({
    ...done,
    name: 'tide / plan (prod)',
    conclusion: 'success',
    output: {
      title: '1 step, 1 hazard',
      summary: 'The plan has **1 step**.',
      text: '| step | ms |\n|---|---|\n| add-email | 12 |',
      annotations: [
        {
          path: migration,
          start_line: 3,
          end_line: 3,
          annotation_level: 'warning',
          title: 'index-blocks-writes',
          message: 'CREATE INDEX blocks writes to orders.\nWrite CREATE INDEX CONCURRENTLY.',
          raw_details: 'CREATE INDEX CONCURRENTLY orders_email ON orders (email);',
        },
        {
          path: 'README.md',
          start_line: 1,
          end_line: 1,
          annotation_level: 'failure',
          message: 'Not part of this change',
        },
      ],
    },
    actions: [{ label: 'Plan again', description: 'Plan from fresh facts', identifier: 'plan' }],
  });
  await checks.create({
    ...done,
    name: 'tide / gate (prod)',
    conclusion: 'failure',
    output: { title: 'One approval is missing', summary: 'Ask @acme/dba.' },
  });
  return plan.data.id;
}

/** wim's pull request with nothing in its way. */
export async function scenePull(): Promise<Omit<ReviewedPull, 'planRun'>> {
  const at = await scene({ pages: registerPages });
  const { number, sha } = await openedPull(at, {
    branch: 'feature/plain',
    files: { 'plain.txt': 'plain\n' },
  });
  return { at, origin: at.github.url, number, sha, path: `/acme/shop/pull/${number}` };
}
