import { agreeBeforehand } from '../support/agreed-rules.ts';
import { withClient } from '../support/postgres.ts';
import { SHOP, type World } from '../support/world.ts';

/** What a team does on GitHub, and what it can see there and in the databases, in a line each. */
export interface Team {
  /** Opens a pull request of one commit and gives its number. */
  open(work: Work): Promise<number>;
  /** Commits to a branch; to an environment's own it is a direct push. */
  push(branch: string, files: Files, options?: PushOptions): Promise<string>;
  /** Has the repository's file on `main` be so, agreed to beforehand. */
  rule(file: string, options?: Pick<PushOptions, 'by'> & { readonly beside?: Files }): Promise<void>;
  approve(number: number, login?: string): Promise<number>;
  merge(number: number, options?: { by?: string; method?: 'merge' | 'squash' | 'rebase' }): Promise<void>;
  /** Opens, approves by dan and merges, settled in between. */
  land(work: Work): Promise<number>;
  /** Closes a pull request unmerged. */
  close(number: number): Promise<void>;
  comment(number: number, login: string, body: string): Promise<number>;
  /** What the App says to a comment, once all is settled. */
  told(number: number, login: string, body: string): Promise<string>;
  /** The conclusion of the gate's check once something was done and all is settled. */
  gateAfter(number: number, act: Promise<unknown>, environment?: string): Promise<string | null>;
  /** The conclusion of a check on the pull request's head. */
  check(number: number, kind: 'plan' | 'gate', environment?: string): Promise<string | null>;
  /** What the newest check of that kind says. */
  said(number: number, kind: 'plan' | 'gate', environment?: string): Promise<string>;
  /** The App's comments on a pull request or issue, oldest first, as text. */
  answers(number: number): Promise<readonly string[]>;
  /** Environments on hold with their reasons, as in `prod: removed`. */
  holds(): Promise<readonly string[]>;
  /** Titles of the open issues of the App's, but for those of drift. */
  alerts(): Promise<readonly string[]>;
  /** The number of the open issue that tells of a hold; 0 where there is none. */
  alert(): Promise<number>;
  /** Has GitHub merge into `main` only what the gate of `prod` lets through; administrators may go past it, or not. */
  requireGate(administrators: 'too' | 'may go past'): Promise<void>;
  /** Has GitHub merge into `main` whatever there is, as at first. */
  requireNothing(): Promise<void>;
  head(branch: string): Promise<string>;
}

/** The repository's file. */
export const rulesPath = '.github/tidegate.yml';

export type Files = Readonly<Record<string, string | null>>;

export interface Work {
  readonly branch: string;
  readonly files: Files;
  readonly base?: string;
  readonly by?: string;
}

interface PushOptions {
  readonly by?: string;
  readonly from?: string;
  readonly force?: boolean;
  readonly coAuthor?: string;
}

export function teamOf(world: World): Team {
  const rest = (login: string) => world.as(login).rest;

  const push: Team['push'] = async (branch, files, { by = 'wim', coAuthor, ...options } = {}) =>
    world.github.commitFiles(world.repository, {
      branch,
      files,
      message: `Change ${Object.keys(files).join(', ')}`,
      author: { login: by },
      ...(coAuthor === undefined
        ? {}
        : { coAuthors: [{ name: coAuthor, email: `${coAuthor}@acme.example` }] }),
      ...options,
    });

  const open: Team['open'] = async ({ branch, files, base = 'main', by = 'wim' }) => {
    await push(branch, files, { by, from: base });
    const { data } = await rest(by).pulls.create({ ...SHOP, head: branch, base, title: `Work on ${branch}` });
    return data.number;
  };

  const approve: Team['approve'] = async (number, login = 'dan') => {
    const review = { ...SHOP, pull_number: number, event: 'APPROVE' as const };
    return (await rest(login).pulls.createReview(review)).data.id;
  };

  const merge: Team['merge'] = async (number, { by = 'wim', method = 'merge' } = {}) => {
    await rest(by).pulls.merge({ ...SHOP, pull_number: number, merge_method: method });
  };

  const newestCheck = async (number: number, kind: string, environment: string) => {
    const { data: pull } = await rest('ada').pulls.get({ ...SHOP, pull_number: number });
    const name = `tidegate / ${kind} (${environment})`;
    const asked = { ...SHOP, ref: pull.head.sha, check_name: name, app_id: world.appId };
    const { data } = await rest('ada').checks.listForRef(asked);
    return data.check_runs[0];
  };

  const comment: Team['comment'] = async (number, login, body) => {
    const { data } = await rest(login).issues.createComment({ ...SHOP, issue_number: number, body });
    return data.id;
  };

  const answers: Team['answers'] = async (number) => {
    const octokit = world.as('ada');
    const asked = { ...SHOP, issue_number: number, per_page: 100 };
    const data = await octokit.paginate(octokit.rest.issues.listComments, asked);
    return data.filter(({ user }) => user?.login === 'tidegate[bot]').map(({ body }) => body ?? '');
  };

  const told: Team['told'] = async (number, login, body) => {
    const before = (await answers(number)).length;
    await comment(number, login, body);
    await world.settled();
    return (await answers(number)).slice(before).join('\n');
  };

  const check: Team['check'] = async (number, kind, environment = 'prod') =>
    (await newestCheck(number, kind, environment))?.conclusion ?? null;

  const issues = async () => {
    const asked = { ...SHOP, state: 'open' as const, creator: 'tidegate[bot]' };
    const { data } = await rest('ada').issues.listForRepo(asked);
    return data.filter((issue) => issue.pull_request === undefined);
  };

  return {
    open,
    push,
    approve,
    merge,
    comment,
    answers,
    told,
    check,
    rule: async (file, { beside = {}, ...options } = {}) => {
      const rules = { [rulesPath]: file };
      await world.settled();
      await agreeBeforehand(world, rules);
      await push('main', { ...beside, ...rules }, options);
    },
    land: async (work) => {
      const number = await open(work);
      await world.settled();
      await approve(number);
      await world.settled();
      await merge(number);
      await world.settled();
      return number;
    },
    close: async (number) => {
      await rest('wim').pulls.update({ ...SHOP, pull_number: number, state: 'closed' });
    },
    gateAfter: async (number, act, environment) => {
      await act;
      await world.settled();
      return check(number, 'gate', environment);
    },
    said: async (number, kind, environment = 'prod') => {
      const output = (await newestCheck(number, kind, environment))?.output;
      return [output?.title, output?.summary, output?.text].join('\n');
    },
    holds: async () => {
      const { rows } = await withClient(world.control.url, (client) =>
        client.query<{ held: string }>(
          `SELECT environment || ': ' || (document->>'reason') AS held FROM tidegate.hold ORDER BY 1`,
        ),
      );
      return rows.map(({ held }) => held);
    },
    alerts: async () =>
      (await issues()).map(({ title }) => title).filter((title) => !title.includes('has drifted')),
    alert: async () => (await issues()).find(({ title }) => title.includes('on hold'))?.number ?? 0,
    requireGate: async (administrators) => {
      const checks = [{ context: 'tidegate / gate (prod)', app_id: world.appId }];
      await rest('ada').repos.updateBranchProtection({
        ...SHOP,
        branch: 'main',
        required_status_checks: { strict: false, contexts: [], checks },
        enforce_admins: administrators === 'too',
        required_pull_request_reviews: null,
        restrictions: null,
      });
    },
    requireNothing: async () => {
      await rest('ada').repos.deleteBranchProtection({ ...SHOP, branch: 'main' });
    },
    head: async (branch) =>
      (await rest('ada').git.getRef({ ...SHOP, ref: `heads/${branch}` })).data.object.sha,
  };
}

/** A migration file of its own table: `step(2)` is `migrations/0002_step.sql` with the table `step_0002`. */
export function step(number: number, table = nameOf(number)): Readonly<Record<string, string>> {
  return { [fileOf(number)]: textOf(table) };
}

/** The path of `step(number)`. */
export function fileOf(number: number): string {
  return `migrations/${padded(number)}_step.sql`;
}

/** The name of `step(number)` in the history. */
export function ranAs(number: number): string {
  return `${padded(number)}_step`;
}

export function textOf(table: string): string {
  return `-- Up Migration\nCREATE TABLE ${table} (id int PRIMARY KEY);\n\n-- Down Migration\nDROP TABLE ${table};\n`;
}

function nameOf(number: number): string {
  return `step_${padded(number)}`;
}

function padded(number: number): string {
  return String(number).padStart(4, '0');
}
