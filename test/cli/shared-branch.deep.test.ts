import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { doctorCommand } from '../../src/cli/doctor-command.ts';
import { gateCommand } from '../../src/cli/gate-command.ts';
import { statusCommand } from '../../src/cli/status-command.ts';
import { startScene } from '../flows/scene.ts';
import { ranAs, step, type Team } from '../flows/team.ts';
import type { World } from '../support/world.ts';
import { runCommand } from './run-command.ts';

const repositoryFile = `version: 1
environments:
  eu: { branch: main, approvals: { required: 1, from: [dan] } }
  us: { branch: main, after: eu, approvals: { required: 1, from: [dora] } }
`;

describe('the commands on a branch of several environments', () => {
  let world: World;
  let team: Team;
  let number: number;

  beforeAll(async () => {
    ({ world, team } = await startScene({ repositoryFile, environments: ['eu', 'us'], branches: [] }));
    number = await team.open({ branch: 'second', files: step(2) });
    await world.settled();
    await team.approve(number, 'dan');
    await world.settled();
  });
  afterAll(() => world.close());

  it('answer for each gate, and are content with all of them alone', async () => {
    const { status, out } = await runCommand(world, gateCommand, '--pull', String(number));
    expect(status).toBe(1);
    expect(out).toMatch(new RegExp(`#${number} into eu \\(main\\).*#${number} into us \\(main\\)`, 's'));
    expect(out).toMatch(/What it would take:\n- .*\n {2}by name: dora/);
    const { out: json } = await runCommand(world, gateCommand, '--pull', String(number), '--format', 'json');
    expect(JSON.parse(json)).toMatchObject({
      pullRequest: number,
      gates: [
        { environment: 'eu', decision: { status: 'allowed' } },
        { environment: 'us', decision: { status: 'waiting' } },
      ],
    });
    const supposed = await runCommand(world, gateCommand, '--pull', String(number), '--if-approved', 'dora');
    expect(supposed.status).toBe(0);
  });

  it('look for the checks of each on the branch', async () => {
    const { status, out } = await runCommand(world, doctorCommand);
    expect(status).toBe(1);
    for (const name of ['eu', 'us'])
      expect(out).toContain(
        `On \`main\`, \`tidegate / plan (${name})\` and \`tidegate / gate (${name})\`: not required.`,
      );
  });

  it('say which of them waits for which', async () => {
    await team.approve(number, 'dora');
    await world.settled();
    const [issue] = [await team.open({ branch: 'elsewhere', files: { 'notes.txt': 'none' } })];
    await world.settled();
    await team.told(issue, 'dan', '/hold eu "not now"');
    await team.merge(number);
    await world.settled();
    expect(await world.history('us')).not.toContain(ranAs(2));
    const { status, out } = await runCommand(world, statusCommand);
    expect(status).not.toBe(0);
    expect(out).toMatch(
      /^us +main +1 +0001_step +1 +waits for eu, which is on hold: `?dan`? asked for it: not now/m,
    );
    await team.told(issue, 'dan', '/release eu');
    for (const name of ['eu', 'us']) expect(await world.history(name)).toContain(ranAs(2));
  });
});
