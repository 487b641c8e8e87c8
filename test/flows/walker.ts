import type { Random } from './random.ts';
import { SHOP, type World } from '../support/world.ts';

/** An open pull request as the walker knows it. */
interface Open {
  readonly number: number;
  readonly branch: string;
  base: string;
  /** Paths of the migrations that it brings. */
  files: string[];
  isRevert: boolean;
}

interface Merged {
  readonly number: number;
  readonly nodeId: string;
  readonly base: string;
}

/** Somebody who works on a repository at random: what a team does in months, in any order. */
export interface Walker {
  /** Opens `count` pull requests in all and acts on them at random until none is open. */
  walk(count: number): Promise<void>;
  /** What was done, a line each, for whoever looks for why a walk failed. */
  readonly diary: readonly string[];
}

const bases = ['dev', 'main'] as const;
const methods = ['merge', 'squash', 'rebase'] as const;

export function createWalker(world: World, random: Random): Walker {
  const open: Open[] = [];
  const merged: Merged[] = [];
  const diary: string[] = [];
  let opened = 0;
  let lastNumber = 0;
  const api = world.as('wim').rest;
  const note = (line: string): void => void diary.push(line);

  async function walk(count: number): Promise<void> {
    while (opened < count || open.length > 0) {
      await step(count);
      await world.settled();
    }
  }

  async function step(count: number): Promise<void> {
    const mayOpen = opened < count;
    if (open.length === 0 || (mayOpen && random.below(4) === 0)) {
      const mayRevert = merged.length > 0 && random.below(5) === 0;
      return mayRevert ? revert() : start();
    }
    const pull = random.pick(open);
    const act = random.pick(['push', 'retarget', 'approve', 'merge', 'merge', 'merge']);
    if (act === 'push' && mayOpen) return push(pull);
    if (act === 'retarget' && mayOpen) return retarget(pull);
    if (act === 'approve') return approve(pull);
    return finish(pull);
  }

  async function start(): Promise<void> {
    const base = random.pick(bases);
    const branch = `work-${opened}`;
    const file = newFile();
    await commit(branch, { [file]: tableOf(file) }, base);
    const { data } = await api.pulls.create({ ...SHOP, head: branch, base, title: `Work ${opened}` });
    open.push({ number: data.number, branch, base, files: [file], isRevert: false });
    opened += 1;
    note(`opened #${data.number} into ${base} with ${file}`);
  }

  async function push(pull: Open): Promise<void> {
    if (pull.isRevert) return;
    if (random.below(3) === 0) {
      await commit(pull.branch, { 'README.md': `# Shop ${lastNumber}.${random.below(1000)}\n` });
      note(`pushed no SQL to #${pull.number}`);
      return;
    }
    const file = newFile();
    await commit(pull.branch, { [file]: tableOf(file) });
    pull.files.push(file);
    note(`pushed ${file} to #${pull.number}`);
  }

  async function retarget(pull: Open): Promise<void> {
    // Its commits undo what the other branch never had by them: a rebase would take away what a merge leaves.
    if (pull.isRevert) return;
    const base = pull.base === 'dev' ? 'main' : 'dev';
    await api.pulls.update({ ...SHOP, pull_number: pull.number, base });
    pull.base = base;
    note(`retargeted #${pull.number} to ${base}`);
  }

  async function approve(pull: Open): Promise<void> {
    const dan = world.as('dan').rest;
    await dan.pulls.createReview({ ...SHOP, pull_number: pull.number, event: 'APPROVE' });
    note(`approved #${pull.number}`);
  }

  /** Merges where both checks are green; else does what a person would, and closes it where nothing helps. */
  async function finish(pull: Open): Promise<void> {
    if ((await conclusion(pull, 'plan')) !== 'success' && !pull.isRevert && pull.files.length > 0) {
      await renumber(pull);
      await world.settled();
    }
    if ((await conclusion(pull, 'gate')) === 'action_required') {
      await approve(pull);
      await world.settled();
    }
    const isGreen =
      (await conclusion(pull, 'plan')) === 'success' && (await conclusion(pull, 'gate')) === 'success';
    if (isGreen && (await merge(pull))) return;
    await api.pulls.update({ ...SHOP, pull_number: pull.number, state: 'closed' });
    open.splice(open.indexOf(pull), 1);
    note(`closed #${pull.number}`);
  }

  /** What landed meanwhile stands before these files: they get fresh numbers, as the plan says. */
  async function renumber(pull: Open): Promise<void> {
    const changes: Record<string, string | null> = {};
    const renamed: string[] = [];
    for (const file of pull.files) {
      const fresh = newFile();
      changes[file] = null;
      changes[fresh] = tableOf(file);
      renamed.push(fresh);
    }
    await commit(pull.branch, changes);
    pull.files = renamed;
    note(`renumbered #${pull.number} to ${renamed.join(', ')}`);
  }

  async function merge(pull: Open): Promise<boolean> {
    const method = random.pick(methods);
    try {
      await api.pulls.merge({ ...SHOP, pull_number: pull.number, merge_method: method });
    } catch (error) {
      note(`could not ${method} #${pull.number}: ${String(error)}`);
      return false;
    }
    open.splice(open.indexOf(pull), 1);
    const { data } = await api.pulls.get({ ...SHOP, pull_number: pull.number });
    merged.push({ number: pull.number, nodeId: data.node_id, base: pull.base });
    note(`merged #${pull.number} into ${pull.base} by ${method}`);
    return true;
  }

  async function revert(): Promise<void> {
    const last = merged.at(-1);
    if (last === undefined) return;
    opened += 1;
    const mutation = `mutation ($input: RevertPullRequestInput!) {
      revertPullRequest(input: $input) { revertPullRequest { number } }
    }`;
    const input = { pullRequestId: last.nodeId, title: `Revert #${last.number}`, body: '' };
    try {
      await world.as('wim').graphql(mutation, { input });
    } catch (error) {
      note(`could not revert #${last.number}: ${String(error)}`);
      return;
    }
    merged.pop();
    const { data } = await api.pulls.list({ ...SHOP, state: 'open', sort: 'created', direction: 'desc' });
    const [made] = data;
    if (made === undefined) throw new Error('GitHub said that it opened a revert, and lists none');
    open.push({ number: made.number, branch: made.head.ref, base: last.base, files: [], isRevert: true });
    note(`reverts #${last.number} by #${made.number}`);
  }

  async function conclusion(pull: Open, kind: 'plan' | 'gate'): Promise<string | null> {
    const { data } = await api.pulls.get({ ...SHOP, pull_number: pull.number });
    const environment = pull.base === 'main' ? 'prod' : 'dev';
    const found = await api.checks.listForRef({
      ...SHOP,
      ref: data.head.sha,
      check_name: `tidegate / ${kind} (${environment})`,
    });
    return found.data.check_runs[0]?.conclusion ?? null;
  }

  function newFile(): string {
    lastNumber += 1;
    return `migrations/${String(lastNumber).padStart(4, '0')}_step.sql`;
  }

  async function commit(branch: string, files: Record<string, string | null>, from?: string): Promise<void> {
    await world.github.commitFiles(world.repository, {
      branch,
      files,
      message: `Change ${Object.keys(files).join(', ')}`,
      author: { login: 'wim' },
      ...(from === undefined ? {} : { from }),
    });
  }

  return { walk, diary };
}

/** A migration of its own table, named after the number that its file first had. */
function tableOf(file: string): string {
  const table = `step_${/\d+/.exec(file)?.[0] ?? ''}`;
  return `-- Up Migration\nCREATE TABLE ${table} (id int PRIMARY KEY);\n\n-- Down Migration\nDROP TABLE ${table};\n`;
}
