import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { environmentPolicies } from '../config/environment-policies.ts';
import { parseRepositoryConfig } from '../config/repository-config.ts';
import { askGate } from '../jobs/gating/ask-gate.ts';
import { askPast } from '../jobs/gating/ask-past.ts';
import { readSetup, type Setup } from '../jobs/setup.ts';
import type { CodeHost } from '../ports/code-host.ts';
import type { Look } from '../service/look.ts';
import { gateArguments, gateUsage, type GateArguments } from './gate-arguments.ts';
import { gateText, pastText } from './gate-text.ts';
import { problemLines, withRepository } from './look-at-repository.ts';
import { UsageError, type Terminal } from './terminal.ts';

/** `tidegate gate`: what the gate decides, why, and what it would take. Returns the exit status. */
export async function gateCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  if (args.includes('--help')) {
    terminal.print(gateUsage);
    return 0;
  }
  const asked = gateArguments(args);
  return withRepository(asked.repository, terminal, async (host, look) => {
    const setup = await rulesOf(asked, host, look, terminal);
    return asked.asked.kind === 'last'
      ? answerLast(asked, asked.asked.count, { host, look, setup, terminal })
      : answerOne(asked, asked.asked, { host, look, setup, terminal });
  });
}

interface Room {
  readonly host: CodeHost;
  readonly look: Look;
  readonly setup: Extract<Setup, { kind: 'ready' }>;
  readonly terminal: Terminal;
}

async function answerOne(
  { repository, policy, format }: GateArguments,
  { number, ifApproved }: Extract<GateArguments['asked'], { kind: 'pull' }>,
  { host, look, setup, terminal }: Room,
): Promise<number> {
  const answers = await askGate(host, { number, setup, ifApproved }, look.tools);
  const [first] = answers;
  if (first.kind === 'nothing-there') throw new UsageError(first.why);
  const by = byWords(policy);
  if (format === 'text') {
    for (const answer of answers) {
      terminal.print(
        answer.kind === 'decided' ? gateText(answer, { repository, by, ifApproved }) : `${answer.why}\n`,
      );
    }
  } else {
    const about = { repository, pullRequest: number };
    const [one, ...others] = answers.map((answer) =>
      answer.kind === 'decided'
        ? {
            environment: answer.environment,
            policy,
            ifApproved,
            decision: answer.decision,
            takes: answer.takes,
          }
        : { decision: null, why: answer.why },
    );
    printJson(terminal, others.length === 0 ? { ...about, ...one } : { ...about, gates: [one, ...others] });
  }
  return answers.every((answer) => answer.kind === 'decided' && answer.decision.status === 'allowed') ? 0 : 1;
}

async function answerLast(
  { repository, policy, format }: GateArguments,
  count: number,
  { host, look, setup, terminal }: Room,
): Promise<number> {
  const answers = await askPast(host, setup, count, look.tools);
  if (format === 'text') terminal.print(pastText(answers, repository, byWords(policy)));
  else printJson(terminal, { repository, policy, pullRequests: answers });
  return answers.every(({ now }) => now?.status === 'allowed') ? 0 : 1;
}

function byWords(policy: string | null): string {
  return policy ?? "the repository's rules";
}

function printJson(terminal: Terminal, value: object): void {
  terminal.print(`${JSON.stringify(value, null, 2)}\n`);
}

/** The rules that hold, or those of a file with the server's floor under them. */
async function rulesOf(
  { policy }: GateArguments,
  host: CodeHost,
  { tools }: Look,
  terminal: Terminal,
): Promise<Extract<Setup, { kind: 'ready' }>> {
  if (policy === null) {
    const setup = await readSetup(host, tools);
    if (setup.kind === 'ready') return setup;
    throw new UsageError(
      `The repository's rules were expected to be readable. Mend them, or try others by --policy:\n${problemLines(setup)}`,
    );
  }
  const config = parseRepositoryConfig(await readPolicy(resolve(terminal.workingDirectory, policy)), policy);
  const databases = await tools.databasesOf(host.repository);
  return {
    kind: 'ready',
    settings: config.migrations,
    environments: environmentPolicies(config, databases),
  };
}

async function readPolicy(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    throw new UsageError(`--policy names ${path}, which cannot be read.`);
  }
}
