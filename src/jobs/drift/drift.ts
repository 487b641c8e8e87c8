import type { Command } from '../../domain/command.ts';
import { refuseCommand, type Asked } from '../commands/replies.ts';
import type { Environment } from '../environment.ts';
import type { Tools } from '../tools.ts';
import { lostRight } from '../rollback/requester-right.ts';
import { adoptDrift } from './adopt-drift.ts';
import { askRevert } from './revert-drift.ts';
import { showDrift } from './show-drift.ts';

export interface DriftAsked extends Asked {
  readonly command: Extract<Command, { name: 'drift' }>;
}

/** `/drift`, and what is to be done about it. */
export async function drift(
  environment: Environment,
  asked: DriftAsked,
  tools: Tools,
  signal: AbortSignal,
): Promise<void> {
  if (asked.command.action === 'show') return showDrift(environment, asked, tools, signal);
  const lost = await lostRight(environment, asked.actor);
  if (lost !== null) return refuseCommand('drift', environment, asked, lost, tools);
  const { action, acceptDataLoss } = asked.command;
  if (action === 'adopt') return adoptDrift(environment, asked, tools, signal);
  return askRevert(environment, { ...asked, acceptDataLoss }, tools, signal);
}
