import { inject, it, onTestFinished } from 'vitest';
import { startWorld } from '../support/world.ts';
import { expectAgreement } from './agreement.ts';
import { randomFrom } from './random.ts';
import { createWalker } from './walker.ts';

const repositoryFile = `version: 1
environments:
  dev: { branch: dev, protected: false }
  prod:
    branch: main
    approvals: { required: 1, from: ['@acme/dba'] }
`;

const { pullRequests, seed } = inject('flows');

it(
  `${pullRequests} pull requests, in random order, leave every database equal to its branch (TIDEGATE_FLOWS_SEED=${seed})`,
  { timeout: pullRequests * 20_000 },
  async () => {
    const world = await startWorld({ repositoryFile, environments: ['dev', 'prod'], branches: ['dev'] });
    onTestFinished(() => world.close());
    const walker = createWalker(world, randomFrom(seed));
    onTestFinished(({ task }) => {
      if (task.result?.state === 'fail') process.stderr.write(`${walker.diary.join('\n')}\n`);
    });
    await walker.walk(pullRequests);
    await expectAgreement(world);
  },
);
