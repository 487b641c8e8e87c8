import { guardingRuleset, type GuardingRuleset } from '../domain/guarding-ruleset.ts';
import type { EnvironmentPolicy } from '../domain/policy.ts';
import { bypassWords, isAmiss, judgeGuards, type GuardFinding } from '../gate/judge-guards.ts';
import { policyOfBase } from '../jobs/gating/policy-of-base.ts';
import { readSetup, type Setup } from '../jobs/setup.ts';
import type { CodeHost, Guarded } from '../ports/code-host.ts';
import { revealLine } from '../report/escape/reveal.ts';
import { problemLines, withRepository } from './look-at-repository.ts';
import { UsageError, type Terminal } from './terminal.ts';

/**
 * `tidegate doctor --repository`: whether GitHub guards the protected environments' branches, and the default branch,
 * where the rules are read. Returns the exit status.
 */
export async function doctorOfRepository(name: string, fix: boolean, terminal: Terminal): Promise<number> {
  return withRepository(name, terminal, async (host, { tools }) => {
    const setup = await readSetup(host, tools);
    if (setup.kind === 'broken') {
      throw new UsageError(
        `The repository's rules say which branches are protected, and cannot be read. Mend them first:\n${problemLines(setup)}`,
      );
    }
    const guarded = toBeGuarded(host, setup);
    if (guarded.length === 0) {
      terminal.print(`${name} has no protected environment: no branch has to be guarded.\n`);
      return 0;
    }
    const fine: boolean[] = [];
    for (const policy of guarded) fine.push(await examine(host, name, policy, fix, terminal));
    return fine.every(Boolean) ? 0 : 1;
  });
}

/** Whoever gets other rules onto the default branch takes the guard off every environment, also where nothing runs there. */
function toBeGuarded(host: CodeHost, setup: Extract<Setup, { kind: 'ready' }>): readonly EnvironmentPolicy[] {
  const guarded = setup.environments.filter((policy) => policy.protected);
  const { defaultBranch } = host.repository;
  if (guarded.length === 0 || guarded.some(({ branch }) => branch === defaultBranch)) return guarded;
  const ofRules = policyOfBase(host, setup, defaultBranch);
  return ofRules === null ? guarded : [...guarded, ofRules];
}

async function examine(
  host: CodeHost,
  repository: string,
  policy: EnvironmentPolicy,
  fix: boolean,
  terminal: Terminal,
): Promise<boolean> {
  const found = await host.branchGuards(policy.branch);
  const before = judgeGuards(policy, found);
  const ruleset = guardingRuleset(policy.name, policy.branch, found.appId);
  // What is hidden may be well: another ruleset, which this App may not look into either, would show no more.
  const canMend = before.some(isAmiss);
  if (!fix || !canMend) {
    terminal.print(examined(policy, before, canMend ? byHand(repository, ruleset) : []));
    return before.every(isFine);
  }
  const done = await host.guardBranch(ruleset);
  if (done.kind === 'out-of-reach') {
    terminal.print(examined(policy, before, [noRight, '', ...byHand(repository, ruleset)]));
    return false;
  }
  const after = judgeGuards(policy, await host.branchGuards(policy.branch));
  terminal.print(examined(policy, after, [`The ruleset ${ruleset.name} was ${done.kind}.${offWords(done)}`]));
  return after.every(isFine);
}

function offWords(done: Guarded): string {
  if (done.kind !== 'changed' || done.tookOff.length === 0) return '';
  const who = [...new Set(done.tookOff.map(bypassWords))].join(', ');
  return ` Taken off its bypass list: ${who}.`;
}

/** Advice is for people to take or leave. */
function isFine({ weight }: GuardFinding): boolean {
  return weight === 'advice';
}

const noRight =
  'The ruleset could not be made: the App needs administration: write for that. Give it that for a while, or make it yourself:';

function byHand(repository: string, ruleset: GuardingRuleset): readonly string[] {
  return [
    `To mend it, as an administrator (or: tidegate doctor --repository ${repository} --fix):`,
    `gh api --method POST repos/${repository}/rulesets --input - <<'JSON'`,
    ...JSON.stringify(ruleset, null, 2).split('\n'),
    'JSON',
  ];
}

const weightWords: Readonly<Record<GuardFinding['weight'], string>> = {
  missing: 'missing',
  unknown: 'not known',
  hidden: 'not known',
  advice: 'advice',
};

function examined(
  { name, branch }: EnvironmentPolicy,
  findings: readonly GuardFinding[],
  more: readonly string[],
): string {
  const verdict = findings.every(isFine)
    ? `Both checks are required from this App, nobody passes them by, and no history is lost.`
    : 'It is not guarded as it should be, or that could not be seen.';
  const paragraphs = [
    `${name} (${branch}): ${verdict}`,
    ...findings.map(({ weight, what, mend }) => `${weightWords[weight]}: ${what}\n    ${mend}`),
    ...(more.length === 0 ? [] : [more.join('\n')]),
  ];
  const clean = paragraphs.join('\n\n').split('\n').map(shown);
  return `${clean.join('\n')}\n\n`;
}

function shown(line: string): string {
  const indent = /^ */.exec(line)?.[0] ?? '';
  return indent + revealLine(line.slice(indent.length));
}
