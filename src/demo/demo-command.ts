import { readFile, rm } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { UsageError, type Terminal } from '../cli/terminal.ts';
import { createLog } from '../service/log.ts';
import { Stack } from '../service/stack.ts';
import { startWatchdog } from '../database/embedded/watchdog.ts';
import { setScene } from './scene.ts';
import { createNarrator, type Narrator } from './story/narrator.ts';
import type { Stage } from './story/stage.ts';
import { tellStory } from './story/tell-story.ts';
import { temporaryFolder } from '../database/embedded/temporary-folder.ts';

export const demoUsage = `tidegate demo: the whole story on this machine, with a simulated GitHub

  --exit    end after the story; exit status 0 only if every check held
  --json    the story as JSON lines on standard output, one a check
  --fast    no pauses
`;

interface DemoArguments {
  readonly exit: boolean;
  readonly json: boolean;
  readonly fast: boolean;
}

/** `tidegate demo`: sets the scene, tells the story, stays up until it is told to end. Returns the exit status. */
export async function demoCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  if (args.includes('--help')) {
    terminal.print(demoUsage);
    return 0;
  }
  const asked = demoArguments(args);
  const narrator = createNarrator({
    json: asked.json,
    colour: terminal.colour,
    print: (text) => terminal.print(text),
    aside: (text) => terminal.complain(text),
  });
  const stack = new Stack();
  const interrupted = terminal.ended.then(() => 'interrupted' as const);
  const complain = (name: string, error: unknown): void => {
    terminal.complain(`${name} could not be closed: ${String(error)}\n`);
  };
  const playing = play(asked, narrator, stack, interrupted);
  try {
    const told = await Promise.race([playing, interrupted]);
    if (told === 'interrupted') narrator.progress('ending');
    return told === 'told' && narrator.checks.every(({ ok }) => ok) ? 0 : 1;
  } finally {
    await stack.close(complain);
    // Interrupted in the middle, the story fails on what was closed under it; what it opened last is closed too.
    await playing.catch(() => undefined);
    await stack.close(complain);
  }
}

async function play(
  asked: DemoArguments,
  narrator: Narrator,
  stack: Stack,
  interrupted: Promise<'interrupted'>,
): Promise<'told'> {
  const directory = await temporaryFolder('tidegate-demo-');
  stack.opened('temporary folder', directory, (path) => rm(path, { recursive: true, force: true }));
  const watchdog = startWatchdog({ dataDirectory: null, remove: [directory] });
  stack.opened('watchdog', watchdog, (open) => open.dismiss());
  const log = createLog('warn', []);
  const pauseMs = asked.fast || asked.exit ? 0 : 1500;
  const stage = await setScene({ directory, narrator, log, stack, pauseMs });
  try {
    await tellStory(stage);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`The story stopped: ${why}. The app's last words:\n${await lastWords(stage.appLog)}`, {
      cause: error,
    });
  }
  const failed = narrator.checks.filter(({ ok }) => !ok).length;
  narrator.progress(`${narrator.checks.length} checks, ${failed} of them failed`);
  if (asked.exit) return 'told';
  invite(narrator, stage);
  await interrupted;
  return 'told';
}

/** The end of the app's log, which goes away with the demo. */
async function lastWords(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split('\n').slice(-30).join('\n');
}

function invite(narrator: Narrator, stage: Stage): void {
  narrator.did('');
  narrator.look(
    'GitHub, as your team would see it; act as any of the people',
    `${stage.github.url}/acme/shop`,
  );
  narrator.did(
    `Who did what: TIDEGATE_CONFIG=${stage.configPath} npm run -s tidegate -- audit --repository acme/shop`,
  );
  narrator.did('Review, comment and merge by hand as you like; Ctrl-C ends it and leaves nothing behind.');
}

function demoArguments(args: readonly string[]): DemoArguments {
  const flag = { type: 'boolean', default: false } as const;
  try {
    const { values } = parseArgs({
      args: [...args],
      strict: true,
      options: { exit: flag, json: flag, fast: flag },
    });
    return values;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n\n${demoUsage}`);
  }
}
