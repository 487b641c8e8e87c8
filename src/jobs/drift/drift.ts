import type { Command } from '../../domain/command.ts';
import type { Asked } from '../commands/replies.ts';
import type { Environment } from '../environment.ts';
import type { Tools } from '../tools.ts';
import { showDrift } from './show-drift.ts';

export interface DriftAsked extends Asked {
  readonly command: Extract<Command, { name: 'drift' }>;
}

/** `/drift`, and what is to be done about it. */
export function drift(
  environment: Environment,
  asked: DriftAsked,
  tools: Tools,
  signal: AbortSignal,
): Promise<void> {
  return showDrift(environment, asked, tools, signal);
}
