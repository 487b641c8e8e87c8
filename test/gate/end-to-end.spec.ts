import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFailed } from 'vitest';
import { randomFrom } from '../flows/random.ts';
import { teamOf, textOf } from '../flows/team.ts';
import { SHOP, startWorld, type World } from '../support/world.ts';
import { fileOf, lastResort, prodUnder } from './life/house-rules.ts';
import { live, type Lasting } from './life/live.ts';
import { codeOwners } from './model/owned.ts';

const { endToEnd, seed, half, notes } = inject('gate');

const start: Lasting = {
  people: {
    ada: { role: 'admin', teams: [], isBot: false },
    wim: { role: 'write', teams: ['interns'], isBot: false },
    wanda: { role: 'write', teams: ['payments'], isBot: false },
    dan: { role: 'write', teams: ['dba'], isBot: false },
    dora: { role: 'write', teams: ['dba'], isBot: false },
    rita: { role: 'read', teams: [], isBot: false },
  },
  prod: prodUnder(lastResort),
};

/** What has to come up in a run that shows anything. */
const usual = [
  ...['push', 'update', 'say', 'dismiss', 'team', 'role', 'policy', 'label', 'retarget', 'merge', 'expire'],
  ...['break-glass', 'floor', 'waived-index merged', 'rules merged', 'imposed', 'put back'],
  ...['not protected', 'glass broken', 'changes requested', 'enough', 'too few'],
];

describe(`the gate through GitHub (TIDEGATE_GATE_SEED=${seed})`, () => {
  let world: World;
  let lasting = start;
  const met = new Set<string>();

  beforeAll(async () => {
    world = await startWorld({
      repositoryFile: fileOf(start.prod),
      environments: ['dev', 'prod'],
      branches: ['dev'],
      files: { '.github/CODEOWNERS': codeOwners },
      migrations: { '0001_step.sql': textOf('step_0001') },
      applied: true,
      sharesClock: true,
    });
    for (const [team, login] of [
      ['payments', 'wanda'],
      ['interns', 'wim'],
    ] as const) {
      world.github.addMember('acme', login);
      world.github.createTeam('acme', team, [login]);
    }
    // GitHub names the account behind an address by what it has committed before.
    const team = teamOf(world);
    for (const by of ['wim', 'wanda', 'dan', 'dora'])
      await team.push('main', { 'NOTES.md': `${by}\n` }, { by });
    await world.as('ada').rest.git.updateRef({ ...SHOP, ref: 'heads/dev', sha: await team.head('main') });
    await team.requireGate('may go past');
    await world.settled();
  });
  afterAll(() => world.close());

  const count = Math.ceil(endToEnd / 2);
  it.each(Array.from({ length: count }, (_, index) => index * 2 + half))(
    'runs nothing that the model forbids, and all that it allows: sequence %i',
    { timeout: 300_000 },
    async (index) => {
      const diary: string[] = [];
      onTestFailed(() => void process.stderr.write(`sequence ${index}:\n${diary.join('\n')}\n`));
      lasting = await live(world, randomFrom(seed + index), index + 2, lasting, diary, met);
    },
  );

  it.runIf(count >= 25)(
    'meets all that sequences are made of, as far as the other half did not',
    async () => {
      await writeFile(join(notes, `${half}.json`), JSON.stringify([...met]));
      const halves = await readdir(notes);
      // Whichever ends last sees both.
      if (halves.length < 2) return;
      const texts = await Promise.all(halves.map((name) => readFile(join(notes, name), 'utf8')));
      const all = new Set(texts.flatMap((text) => JSON.parse(text) as readonly string[]));
      expect(usual.filter((one) => !all.has(one))).toEqual([]);
    },
  );

  it('leaves nothing that GitHub would not know', () => {
    expect(world.github.unknownRequests).toEqual([]);
    expect(world.violations()).toEqual([]);
  });
});
