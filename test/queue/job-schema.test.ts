import { describe, expect, it } from 'vitest';
import type { TargetCommand } from '../../src/domain/command.ts';
import { jobSchema } from '../../src/queue/job-schema.ts';

const commands: { readonly [Name in TargetCommand['name']]: Extract<TargetCommand, { name: Name }> } = {
  rollback: {
    name: 'rollback',
    of: { kind: 'last', count: 2 },
    dryRun: false,
    acceptDataLoss: true,
    environment: null,
  },
  confirm: { name: 'confirm' },
  withdraw: { name: 'withdraw' },
  retry: { name: 'retry', environment: 'prod' },
  release: { name: 'release', environment: null },
  hold: { name: 'hold', environment: null, why: 'the launch is today' },
  apply: { name: 'apply', environment: 'prod', why: 'the shop is down' },
  drift: { name: 'drift', action: 'revert', acceptDataLoss: true, environment: null },
  promote: { name: 'promote', environment: 'qa' },
};

describe('a job in the queue', () => {
  it.each(Object.values(commands))('keeps the command $name', (command) => {
    const about = { repositoryId: 1, pullRequest: 2, commentId: 3, actor: 'ada' };
    const act = { kind: 'act', ...about, environment: 'prod', command };
    expect(jobSchema.parse(act)).toEqual(act);
    const commands = [{ kind: 'command', command, line: `/${command.name}` }];
    const heard = { kind: 'command', ...about, isPullRequest: true, commands };
    expect(jobSchema.parse(heard)).toEqual(heard);
  });
});
