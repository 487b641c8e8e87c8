import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { SHOP, startWorld, type World } from '../support/world.ts';

const repositoryFile = `version: 1
environments:
  dev: { branch: dev, protected: false }
  bare: { branch: bare, protected: false }
  away: { branch: away, protected: false }
`;

const up = '-- Up Migration\nCREATE TABLE parcels (id int PRIMARY KEY);\n';
const whole = `${up}\n-- Down Migration\nDROP TABLE parcels;\n`;

/** What the author of a pull request sees of it. */
interface Seen {
  readonly comment: string;
  readonly plan: string;
  readonly gate: string;
  readonly title: string;
  readonly text: string;
  /** `path:line message`, one a line. */
  readonly annotations: string;
}

interface Case {
  readonly files: Readonly<Record<string, string | Buffer | null>>;
  readonly base: string;
}

const cases = {
  config: { files: { '.github/tidegate.yml': 'version: 1\nenvironments: [dev\n' }, base: 'dev' },
  noDatabase: { files: { 'migrations/0002_parcels.sql': whole }, base: 'bare' },
  unreachable: { files: { 'migrations/0002_parcels.sql': whole }, base: 'away' },
  noFolder: { files: { 'migrations/0001_shop.sql': null, 'README.md': '# Moved\n' }, base: 'dev' },
  unusable: {
    files: {
      'migrations/0002_large.sql': `-- ${'x'.repeat(10 * 1024 * 1024)}\n`,
      'migrations/0003_latin.sql': Buffer.from(`${whole}-- caf\u00e9\n`, 'latin1'),
      'migrations/0004_empty.sql': '\n',
      'migrations/0005_letters.sql': whole,
      'migrations/0005_parcels.sql': whole,
    },
    base: 'dev',
  },
  sparing: {
    files: {
      'migrations/README.md': '# Ours\n',
      'migrations/0002_letters.sql': 'CREATE TABLE letters (id int);\n',
      'migrations/0003_parcels.sql': up,
    },
    base: 'dev',
  },
} as const satisfies Record<string, Case>;

const waiting = { timeout: 30_000, interval: 100 };

describe('bad input', () => {
  let world: World;
  const numbers = new Map<string, number>();

  beforeAll(async () => {
    world = await startWorld({
      repositoryFile,
      environments: ['dev'],
      unreachable: ['away'],
      branches: ['dev', 'bare', 'away'],
      migrations: { '0001_shop.sql': '-- Up Migration\nSELECT 1;\n\n-- Down Migration\nSELECT 1;\n' },
      applied: true,
    });
    for (const [name, { files, base }] of Object.entries<Case>(cases)) {
      numbers.set(name, await propose(name, files, base));
    }
    await Promise.all([...numbers.values()].map((number) => replies(number, 1)));
  });
  afterAll(() => world.close());

  async function propose(head: string, files: Case['files'], base: string): Promise<number> {
    await world.github.commitFiles(world.repository, {
      branch: head,
      files,
      message: head,
      author: { login: 'wim' },
      from: base,
    });
    const { data } = await world.as('wim').rest.pulls.create({ ...SHOP, head, base, title: head });
    return data.number;
  }

  async function seenOn(name: keyof typeof cases): Promise<Seen> {
    const number = numbers.get(name) ?? 0;
    const { rest } = world.as('wim');
    const { data: pull } = await rest.pulls.get({ ...SHOP, pull_number: number });
    const { data: checks } = await rest.checks.listForRef({ ...SHOP, ref: pull.head.sha });
    const [plan, gate] = ['plan', 'gate'].map((kind) =>
      checks.check_runs.find((run) => run.name.startsWith(`tidegate / ${kind} `)),
    );
    const { data: annotations } = await rest.checks.listAnnotations({ ...SHOP, check_run_id: plan?.id ?? 0 });
    return {
      comment: (await replies(number, 1))[0] ?? '',
      plan: plan?.conclusion ?? 'missing',
      gate: gate?.conclusion ?? 'missing',
      title: plan?.output.title ?? '',
      text: `${plan?.output.summary ?? ''}\n${plan?.output.text ?? ''}`,
      annotations: annotations
        .map(({ path, start_line, message }) => `${path}:${start_line} ${message ?? ''}`)
        .join('\n'),
    };
  }

  /** The App's comments, once there are so many: an environment whose database is away keeps the service busy. */
  function replies(number: number, count: number): Promise<readonly string[]> {
    return vi.waitFor(async () => {
      const { data } = await world.as('wim').rest.issues.listComments({ ...SHOP, issue_number: number });
      const bodies = data.filter(({ user }) => user?.type === 'Bot').map(({ body }) => body ?? '');
      expect(bodies.length).toBeGreaterThanOrEqual(count);
      return bodies;
    }, waiting);
  }

  it('says on which line a configuration does not parse', async () => {
    const seen = await seenOn('config');
    expect(seen).toMatchObject({ plan: 'failure', gate: 'failure' });
    expect(seen.annotations).toMatch(/^\.github\/tidegate\.yml:3 This is not valid YAML: /);
    expect(seen.comment).toContain(
      '**❌ Do not merge: `.github/tidegate.yml` is broken in this pull request.** Push a fix',
    );
    expect(seen.comment).toContain('`.github/tidegate.yml:3`: This is not valid YAML');
  });

  it('says who gives an environment its database', async () => {
    const seen = await seenOn('noDatabase');
    expect(seen).toMatchObject({ plan: 'failure', gate: 'failure', annotations: '' });
    expect(seen.comment).toContain(
      'names none for it. Whoever runs Tidegate adds an entry with `environment: bare`',
    );
    expect(seen.text).toContain('The environment bare was expected to have a database');
    expect(seen.comment).not.toContain('### Hazards');
  });

  it('says which database was tried and how, without its password', async () => {
    const seen = await seenOn('unreachable');
    expect(seen).toMatchObject({ plan: 'failure', gate: 'failure' });
    expect(seen.comment).toContain('**❌ Not yet: the database of `away` cannot be reached.**');
    expect(seen.comment).toMatch(
      /cannot be reached at 127\.0\.0\.1:1\/away: connect ECONNREFUSED.*Check that it is up/,
    );
    expect(JSON.stringify(seen)).not.toContain('hush');
  });

  it.each([
    ['of 10 MB', '0002_large.sql:1', 'A migration may have 1 MiB, and this one has 10 MiB. Load data'],
    ['not UTF-8', '0003_latin.sql:6', 'byte 104 (E9, counted from 0) is not. Save it as UTF-8.'],
    ['empty', '0004_empty.sql:1', 'The file is empty, and a migration was expected. Write it into the file'],
    [
      'with the number of another',
      '0005_parcels.sql:1',
      'have the same number in front, so that their order',
    ],
  ])('stands on the file that is %s', async (_what, place, message) => {
    const seen = await seenOn('unusable');
    expect(seen).toMatchObject({ plan: 'failure', gate: 'failure', title: '4 problems: cannot run on dev' });
    const lines = seen.annotations.split('\n');
    expect(lines).toHaveLength(4);
    expect(lines.find((line) => line.startsWith(`migrations/${place} `))).toContain(message);
    expect(seen.comment).toContain(message);
    expect(seen.comment).toContain('**❌ Do not merge: a migration cannot be run.** Push a fix');
  });

  it('runs files without markers or without a down, and says that there is no way back', async () => {
    const seen = await seenOn('sparing');
    expect(seen).toMatchObject({ plan: 'success', gate: 'success', annotations: '' });
    expect(seen.comment).toContain('Without "-- Up Migration" and "-- Down Migration" the whole file is up');
    const noWayBack = 'No way back. It has no down, so /rollback cannot take it back.';
    expect(seen.comment).toContain(`\`0002_letters\` — ${noWayBack}`);
    expect(seen.comment).toContain(`\`0003_parcels\` — ${noWayBack}`);
  });

  it('ignores a README among the migrations, and says so once', async () => {
    const { comment } = await seenOn('sparing');
    expect(comment.split('README.md')).toHaveLength(2);
    expect(comment).toContain('In the migrations folder, ignored: README.md');
  });

  it('answers a misspelt command with the nearest, and one in a quote or a code block not at all', async () => {
    const number = numbers.get('sparing') ?? 0;
    const say = async (body: string): Promise<number> =>
      (await world.as('wim').rest.issues.createComment({ ...SHOP, issue_number: number, body })).data.id;
    const silent = [
      await say('> /status\n\nWhy?'),
      await say('```\n/status\n```\n'),
      await say('Try `/status`.'),
    ];
    await say('/stauts');
    await say('/retry deb');
    const answers = (await replies(number, 3)).slice(1);
    expect(answers).toHaveLength(2);
    expect(answers.join('\n')).toMatch(/\/stauts is no command of Tidegate's\. Did you mean \/status\?/);
    expect(answers.join('\n')).toMatch(/There is no environment deb\. Did you mean dev\?/);
    for (const id of silent) {
      const { data } = await world.as('wim').rest.reactions.listForIssueComment({ ...SHOP, comment_id: id });
      expect(data).toEqual([]);
    }
  });

  it('says which folder was expected where there is none, and why', async () => {
    const seen = await seenOn('noFolder');
    expect(seen).toMatchObject({ plan: 'failure', gate: 'failure' });
    expect(seen.comment).toMatch(/expected in the folder `migrations`: 1 of them ran before\. .*Put it back/);
  });

  it('says that the file is broken on the default branch, and who mends it', async () => {
    const broken = { '.github/tidegate.yml': 'version: 1\nenvironments: [dev\n' };
    const commit = (files: Record<string, string>, message: string): Promise<string> =>
      world.github.commitFiles(world.repository, {
        branch: 'main',
        files,
        message,
        author: { login: 'ada' },
      });
    await commit(broken, 'Break the rules');
    const said = '**❌ Not yet: `.github/tidegate.yml` is broken on the default branch.**';
    await vi.waitFor(async () => expect((await seenOn('sparing')).comment).toContain(said), waiting);
    const { comment } = await seenOn('sparing');
    expect(comment).toContain('mended there, by somebody who may change that branch');
    expect(comment).toContain('`.github/tidegate.yml:3`: This is not valid YAML');
    await commit({ '.github/tidegate.yml': repositoryFile }, 'Mend the rules');
    await vi.waitFor(
      async () => expect((await seenOn('sparing')).comment).toContain('You can merge.'),
      waiting,
    );
  });

  it('runs nothing of it', async () => {
    expect(await world.history('dev')).toEqual(['0001_shop']);
    expect(world.violations()).toEqual([]);
  });
});
