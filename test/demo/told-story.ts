import { readFile, rm } from 'node:fs/promises';
import { auditCommand } from '../../src/cli/audit-command.ts';
import { temporaryFolder } from '../../src/database/embedded/temporary-folder.ts';
import { setScene } from '../../src/demo/scene.ts';
import type { DatabaseName, EnvironmentName } from '../../src/demo/story/databases.ts';
import { createNarrator, type Check } from '../../src/demo/story/narrator.ts';
import { shop } from '../../src/demo/story/people.ts';
import { checkRun } from '../../src/demo/story/seen.ts';
import type { Stage } from '../../src/demo/story/stage.ts';
import { tellStory } from '../../src/demo/story/tell-story.ts';
import { createLog } from '../../src/service/log.ts';
import { Stack } from '../../src/service/stack.ts';
import { controlRows } from '../support/control-rows.ts';
import { hearTerminal } from '../support/terminal.ts';

/** A row of an environment's ledger. */
export interface Ran {
  readonly name: string;
  readonly direction: 'up' | 'down';
  readonly commit: string;
  readonly pull_request: number;
  readonly checksum: string;
  readonly applied_at: Date;
}

/** The demo after its last step, still up. */
export interface ToldStory {
  readonly stage: Stage;
  /** What it checked by itself, in order. */
  readonly checks: readonly Check[];
  /** What a database's own role is answered by it. */
  rows<Row extends object>(name: DatabaseName, text: string): Promise<readonly Row[]>;
  /** The number of the pull request, open or not, whose title begins so; throws where there is none. */
  pull(title: string): Promise<number>;
  /** What the ledger of an environment says was run, in that order; what was adopted is not in it. */
  ran(environment: EnvironmentName): Promise<readonly Ran[]>;
  /** What a check says of a pull request, in the environment of its branch. */
  said(number: number, kind: 'plan' | 'gate'): Promise<string>;
  /** Everything that anybody said in a comment, on pull requests and issues. */
  comments(): Promise<readonly { readonly login: string; readonly body: string }[]>;
  /** Paths with their blobs on a branch or commit. */
  files(ref: string): Promise<Readonly<Record<string, string>>>;
  /** What `tidegate audit` prints, as the demo invites to call it. */
  audit(...args: readonly string[]): Promise<string>;
  close(): Promise<void>;
}

/** Sets the demo's scene and tells its story. Throws, with the app's log, where the story stops. */
export async function tellTheStory(): Promise<ToldStory> {
  const stack = new Stack();
  const directory = await temporaryFolder('tidegate-story-');
  stack.opened('folder', directory, (path) => rm(path, { recursive: true, force: true }));
  const failures: unknown[] = [];
  const close = () => stack.close((_name, error) => failures.push(error));
  const ignored = (): void => undefined;
  const narrator = createNarrator({ json: false, colour: false, print: ignored, aside: ignored });
  try {
    const stage = await setScene({ directory, narrator, log: createLog('silent', []), stack, pauseMs: 0 });
    await tellStory(stage).catch(async (error: unknown) => {
      throw new Error(`the story stopped: ${await readFile(stage.appLog, 'utf8')}`, { cause: error });
    });
    return toldStory(stage, async () => {
      await close();
      if (failures.length > 0) throw new AggregateError(failures, 'the demo did not end in order');
    });
  } catch (error) {
    await close();
    throw error;
  }
}

function toldStory(stage: Stage, close: () => Promise<void>): ToldStory {
  const { rest } = stage.team.ada;
  const rows: ToldStory['rows'] = (name, text) => controlRows({ url: stage.databases.url(name) }, text);
  return {
    stage,
    checks: stage.narrator.checks,
    rows,
    ran: (environment) =>
      rows(
        environment,
        `SELECT name, direction, commit, pull_request, checksum, applied_at
           FROM tidegate.ledger WHERE NOT adopted AND name <> 'drift' ORDER BY id`,
      ),
    said: async (number, kind) => {
      const { summary, text } = (await checkRun(stage, number, kind)).output;
      return `${summary ?? ''}\n${text ?? ''}`;
    },
    pull: async (title) => {
      const { data } = await rest.pulls.list({ ...shop, state: 'all', per_page: 100 });
      const found = data.find((pull) => pull.title.startsWith(title));
      if (found === undefined) throw new Error(`no pull request begins with “${title}”`);
      return found.number;
    },
    comments: async () => {
      const { data } = await rest.issues.listForRepo({ ...shop, state: 'all', per_page: 100 });
      const lists = await Promise.all(
        data.map(({ number }) => rest.issues.listComments({ ...shop, issue_number: number, per_page: 100 })),
      );
      return lists.flatMap((list) =>
        list.data.map(({ user, body }) => ({ login: user?.login ?? '', body: body ?? '' })),
      );
    },
    files: async (ref) => {
      const { data } = await rest.git.getTree({ ...shop, tree_sha: ref, recursive: 'true' });
      return Object.fromEntries(data.tree.map(({ path, sha }) => [path, sha]));
    },
    audit: async (...args) => {
      const { terminal, all } = hearTerminal({ TIDEGATE_CONFIG: stage.configPath });
      await auditCommand(['--repository', 'acme/shop', ...args], terminal);
      return all();
    },
    close,
  };
}
