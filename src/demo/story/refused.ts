import { readFile } from 'node:fs/promises';
import { sql } from '../shop/migrations.ts';
import { open, push } from './acts.ts';
import { shop } from './people.ts';
import { commentSaying, concluded } from './seen.ts';
import type { Stage } from './stage.ts';

/** Step 8: a migration that fails. */
export async function failing(stage: Stage): Promise<void> {
  const { narrator, databases } = stage;
  narrator.step(8, 'A migration that fails');
  const before = await databases.history('dev');
  const path = 'migrations/0023_order-customer.sql';
  const text = sql(
    'ALTER TABLE orders ADD COLUMN source text;\nALTER TABLE orders ADD COLUMN customer_id bigint;',
    'ALTER TABLE orders DROP COLUMN source;',
  );
  await push(stage, 'ben', 'order-customer', { [path]: text }, 'Know the customer of an order', 'dev');
  const pull = await open(stage, 'ben', {
    head: 'order-customer',
    base: 'dev',
    title: 'Customer of an order',
    body: 'Its second statement adds a column that is there already. The plan finds it before anybody merges.',
  });
  narrator.look('The pull request', pull.url);
  const plan = await concluded(stage, pull.number, 'plan', 'failure');
  const { data: annotations } = await stage.team.ben.rest.checks.listAnnotations({
    ...shop,
    check_run_id: plan.id,
  });
  const isOnLine = annotations.some((annotation) => annotation.path === path && annotation.start_line === 3);
  narrator.check('an annotation stands on the line that fails', isOnLine, JSON.stringify(annotations));
  const said = await commentSaying(stage, pull.number, /already exists/);
  narrator.check(
    'the comment gives PostgreSQL’s own error',
    said.includes('column "customer_id" of relation "orders" already exists'),
    said.slice(0, 400),
  );
  const after = await databases.history('dev');
  narrator.check(
    'dev is untouched',
    after.join() === before.join() && !(await databases.hasColumn('dev', 'orders', 'source')),
    after.slice(-1).join(),
  );
  await stage.pause();
}

/** Step 9: code and SQL that mean harm. */
export async function hostile(stage: Stage): Promise<void> {
  const { narrator, databases, canary } = stage;
  narrator.step(9, 'A pull request that means harm');
  narrator.did('Ben’s laptop was stolen; the thief may push as Ben.');
  const files = {
    'migrations/0024_harmless.js': hostileScript(canary.path),
    'migrations/0025_also-harmless.sql': sql(
      `COPY (SELECT 'got you') TO PROGRAM 'cat > ${canary.path}';`,
      'SELECT 1;',
    ),
  };
  await push(
    stage,
    'ben',
    'harmless',
    { 'migrations/0025_also-harmless.sql': files['migrations/0025_also-harmless.sql'] },
    'Nothing to see here',
    'dev',
  );
  const withSql = await open(stage, 'ben', {
    head: 'harmless',
    base: 'dev',
    title: 'SQL that runs a program',
    body: 'Pushed from Ben’s stolen laptop: it tries to write a file on the machine that plans it, by way of the database.',
  });
  await push(
    stage,
    'ben',
    'harmless-too',
    { 'migrations/0024_harmless.js': files['migrations/0024_harmless.js'] },
    'Nothing here either',
    'dev',
  );
  const withScript = await open(stage, 'ben', {
    head: 'harmless-too',
    base: 'dev',
    title: 'A script that looks around',
    body: 'From the same laptop: it tries to read the environment of the process that compiles it, and to write a file.',
  });
  const began = performance.now();
  const answer = await fetch(new URL('/', stage.appUrl));
  const answered = performance.now() - began;
  narrator.check(
    'the app answers meanwhile',
    answer.status < 500 && answered < 1000,
    `${answer.status} after ${Math.round(answered)} ms`,
  );
  const refusedSql = await concluded(stage, withSql.number, 'plan', 'failure');
  narrator.look('The SQL', withSql.url);
  narrator.check(
    'the SQL is refused: the shadow’s role may run no program',
    true,
    String(refusedSql.output.title),
  );
  const refusedScript = await concluded(stage, withScript.number, 'plan', 'failure');
  narrator.look('The script', withScript.url);
  narrator.check(
    'the script is refused: there is nothing to reach in the sandbox',
    true,
    String(refusedScript.output.title),
  );
  const content = await readFile(canary.path, 'utf8');
  narrator.check('the canary is untouched', content === canary.content, content);
  const history = await databases.history('dev');
  narrator.check('and so is dev', history.length === 22, `${history.length} in the history`);
  await stage.pause();
}

function hostileScript(path: string): string {
  return `const fs = require('fs');
exports.up = (pgm) => {
  fs.writeFileSync(${JSON.stringify(path)}, JSON.stringify(process.env));
  pgm.sql('SELECT 1');
};
`;
}
