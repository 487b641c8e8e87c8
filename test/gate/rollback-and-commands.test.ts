import { describe, expect, it } from 'vitest';
import type { CommandName } from '../../src/domain/command.ts';
import type { Contributor, Person } from '../../src/domain/gate.ts';
import type { EnvironmentPolicy } from '../../src/domain/policy.ts';
import { decideConfirmation } from '../../src/gate/decide-confirmation.ts';
import { mayCommand } from '../../src/gate/may-command.ts';
import { dba, dev, drawn, person, prod } from './facts.ts';

const dana = person('dana', 'write', ['acme/dba']);
const dirk = person('dirk', 'write', ['acme/dba']);

describe('the confirmation of a rollback', () => {
  it.each<[string, number, readonly Person[], string]>([
    ['waits for somebody', 1, [], 'waiting'],
    ['is enough by another of the team', 1, [dirk], 'allowed'],
    ['does not count by who asked', 1, [dana], 'waiting'],
    ['does not count by who asked, in other letters', 1, [person('DANA', 'write', ['acme/dba'])], 'waiting'],
    ['does not count without the right', 1, [person('wim')], 'waiting'],
    ['does not count by a bot', 1, [person('robot[bot]', 'admin', ['acme/dba'])], 'waiting'],
    ['counts once for each', 2, [dirk, person('Dirk', 'write', ['acme/dba'])], 'waiting'],
    ['is enough by two where two are needed', 2, [dirk, person('dora', 'write', ['acme/dba'])], 'allowed'],
    ['does not count by who may only read', 1, [person('dora', 'read', ['acme/dba'])], 'waiting'],
    ['is not needed where the policy needs none', 0, [], 'allowed'],
  ])('%s', (_what, required, confirmers, status) => {
    const policy = { name: 'prod', rollback: { required, from: [dba] } };
    expect(decideConfirmation({ policy, requester: 'dana', confirmers }).status).toBe(status);
  });

  it('does not count by who wrote it, nor by anybody where that cannot be told, where the two are kept apart', () => {
    const policy = { name: 'prod', rollback: { required: 1, from: [dba] } };
    const asked = { policy, requester: 'dana', confirmers: [dirk] };
    const wrote = { login: 'Dirk', as: 'co-author', commit: null } as const;
    const by = (people: readonly Contributor[], complete: boolean) =>
      decideConfirmation({ ...asked, writers: { people, complete } }).children.map(({ code }) => code);
    expect(by([], true)).toEqual(['approval-counts']);
    expect(by([wrote], true)).toEqual(['approval-by-contributor']);
    expect(by([], false)).toEqual(['contributors-unknown']);
  });

  it('says who counts and who does not', async () => {
    const confirmers = [dana, dirk, person('wim'), person('robot[bot]')];
    const policy = { ...prod, rollback: { required: 2, from: [dba] } };
    const tree = drawn(decideConfirmation({ policy, requester: 'dana', confirmers }));
    await expect(tree).toMatchFileSnapshot('golden/confirmation.txt');
  });
});

const targetCommands = ['rollback', 'retry', 'release', 'hold'] as const;
const writers: EnvironmentPolicy = {
  ...prod,
  approvals: { required: 1, from: [{ kind: 'role', role: 'write' }] },
};

const breakable: EnvironmentPolicy = { ...prod, breakGlass: [{ kind: 'user', login: 'wim' }] };

describe('a command', () => {
  it.each<[string, readonly CommandName[], Person, EnvironmentPolicy, boolean]>([
    ['reads for everybody', ['status', 'help'], person('nobody', 'none'), prod, true],
    ['plans for who may write', ['plan'], person('wim'), prod, true],
    ['plans for no reader', ['plan'], person('rita', 'read'), prod, false],
    ['plans for no bot', ['plan'], person('robot[bot]', 'write'), prod, false],
    ['touches an open target for who may write', targetCommands, person('wim'), dev, true],
    ['touches no open target for a reader', targetCommands, person('rita', 'read'), dev, false],
    ['touches a protected target for the team', targetCommands, dana, prod, true],
    ['touches no protected target for who may only write', targetCommands, person('wim'), prod, false],
    [
      'touches no protected target for a reader of the team',
      targetCommands,
      person('dirk', 'read', ['acme/dba']),
      prod,
      false,
    ],
    ['touches a protected target for a maintainer', targetCommands, person('max', 'maintain'), prod, true],
    ['touches a protected target for an administrator', targetCommands, person('ann', 'admin'), prod, true],
    [
      'touches a protected target for who may write where all of them approve',
      targetCommands,
      person('wim'),
      writers,
      true,
    ],
    ['touches nothing for a bot', targetCommands, person('robot[bot]', 'admin', ['acme/dba']), dev, false],
    [
      'touches nothing for a role of which nothing is known',
      targetCommands,
      person('cus', 'custom'),
      dev,
      false,
    ],
    ['breaks the glass for whom the policy names', ['apply'], person('wim'), breakable, true],
    ['breaks it for no administrator beside', ['apply'], person('ann', 'admin'), breakable, false],
    ['breaks it for nobody where nobody is named', ['apply'], dana, prod, false],
    [
      'breaks it for no bot',
      ['apply'],
      person('robot[bot]', 'admin'),
      { ...prod, breakGlass: [{ kind: 'role', role: 'write' }] },
      false,
    ],
    ['confirms for the team', ['confirm'], dana, prod, true],
    ['takes back a confirmation for whoever gave it', ['withdraw'], person('rita', 'read'), prod, true],
    ['takes none back for a bot', ['withdraw'], person('robot[bot]', 'admin'), prod, false],
    ['confirms for nobody else', ['confirm'], person('ann', 'admin'), prod, false],
    ['confirms for no bot', ['confirm'], person('robot[bot]', 'admin', ['acme/dba']), prod, false],
  ])('%s', (_what, commands, who, policy, isAllowed) => {
    for (const command of commands) {
      const { status } = mayCommand(command, who, policy, { isAuthor: false });
      expect(status).toBe(isAllowed ? 'allowed' : 'refused');
    }
  });

  it('plans for the author of the pull request', () => {
    expect(mayCommand('plan', person('rita', 'read'), prod, { isAuthor: true }).status).toBe('allowed');
    expect(mayCommand('rollback', person('rita', 'read'), dev, { isAuthor: true }).status).toBe('refused');
  });

  it('that is refused says who may', async () => {
    const refusals = [
      mayCommand('plan', person('rita', 'read'), prod, { isAuthor: false }),
      mayCommand('rollback', person('wim'), prod, { isAuthor: false }),
      mayCommand('rollback', person('rita', 'read'), writers, { isAuthor: false }),
      mayCommand('retry', person('rita', 'read'), dev, { isAuthor: false }),
      mayCommand('confirm', person('wim'), prod, { isAuthor: false }),
      mayCommand('apply', person('ann', 'admin'), breakable, { isAuthor: false }),
      mayCommand('apply', dana, prod, { isAuthor: false }),
      mayCommand('release', person('robot[bot]', 'write'), dev, { isAuthor: false }),
    ];
    const text = refusals.map(({ message }) => message).join('\n');
    await expect(text).toMatchFileSnapshot('golden/refused-commands.txt');
  });
});
