import type { Command } from '../../domain/command.ts';
import { answer, auditRefusal, type Asked } from '../commands/replies.ts';
import type { Environment } from '../environment.ts';
import type { Tools } from '../tools.ts';
import { takenBackWords } from './taken-back.ts';

/** A `/rollback` that somebody commented. */
export interface RollbackAsked extends Asked {
  readonly command: Extract<Command, { name: 'rollback' }>;
}

/** What it would take back, as a sentence names it; migrations as the history has them, oldest first. */
export function wordsFor({ command, number }: RollbackAsked, migrations: readonly string[]): string {
  const of = command.of.kind === 'pull-request' ? 'pull-request' : 'migrations';
  return takenBackWords({ of, pullRequest: number, migrations: migrations.toReversed() });
}

/** The command as it would be written again, to be run this time. */
export function lineOf({ of, environment }: RollbackAsked['command']): string {
  const what = { 'pull-request': [], migration: [], to: ['--to'], last: ['--last'] }[of.kind];
  const named = of.kind === 'pull-request' ? [] : [of.kind === 'last' ? String(of.count) : of.migration];
  return ['/rollback', ...what, ...named, ...(environment === null ? [] : [environment])].join(' ');
}

/** What to write where data would be lost. */
export function acceptLoss(command: RollbackAsked['command']): string {
  return `Where losing that data is meant, say so in as many words: \`${lineOf(command)} --accept-data-loss\`.`;
}

/** Refuses it with reasons, a sentence each, and notes that in the audit. */
export async function refuseRollback(
  { key, policy }: Environment,
  asked: RollbackAsked,
  reasons: readonly string[],
  tools: Tools,
): Promise<void> {
  await auditRefusal('rollback', key, asked, reasons.join(' '), tools);
  const view = {
    kind: 'rollback-refused' as const,
    environment: policy.name,
    ...(asked.command.of.kind === 'pull-request'
      ? { what: `#${asked.number}`, pullRequest: asked.number }
      : { what: 'What was asked for', pullRequest: null }),
    reasons,
  };
  await answer(key.repositoryId, asked, view, 'confused', tools);
}
