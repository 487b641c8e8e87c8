#!/usr/bin/env -S node --liftoff-only
// PostgreSQL's parser is a large WebAssembly module. V8's optimising compiler takes hundreds of MB to compile it anew
// while it runs, for statements that are parsed in a millisecond either way; it can be left out at the start alone.
import { UsageError, type Terminal } from './cli/terminal.ts';
import { ConfigError } from './config/config-error.ts';
import { SettingsError } from './service/settings.ts';
import { UnsafeShadow } from './shadow/recipe/unsafe-shadow.ts';

const usage = `Tidegate runs a team's PostgreSQL schema changes by Git, environment by branch.

  tidegate start      the service (a GitHub App)
  tidegate plan       the plan of a folder of migrations, without GitHub
  tidegate hazards    what a plan looks for
  tidegate gate       what is decided on a pull request, why, and what it would take
  tidegate doctor     whether a shadow server of yours is safe, or a repository's branches are guarded
  tidegate shadow     the versions of PostgreSQL that plans can be tried on
  tidegate demo       the whole story on this machine, with a simulated GitHub

  tidegate COMMAND --help says more.
`;

/** What the one who called can mend: said in words, without a stack. */
const wrongUse = [UsageError, SettingsError, ConfigError, UnsafeShadow];

type Command = (args: readonly string[], terminal: Terminal) => Promise<number> | number;

/** Each command's code is loaded when it is asked for: a plan on a laptop needs no Probot. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => (await import('./cli/start-command.ts')).startCommand,
  plan: async () => (await import('./cli/plan-command.ts')).planCommand,
  hazards: async () => (await import('./cli/hazards-command.ts')).hazardsCommand,
  gate: async () => (await import('./cli/gate-command.ts')).gateCommand,
  doctor: async () => (await import('./cli/doctor-command.ts')).doctorCommand,
  shadow: async () => (await import('./cli/shadow-command.ts')).shadowCommand,
  demo: async () => (await import('./demo/demo-command.ts')).demoCommand,
};

/** `npm run tidegate` changes to this package's folder first; npm says from where it was called. */
function folderOfCall(variables: NodeJS.ProcessEnv): string | undefined {
  const isOwnScript =
    variables['npm_package_name'] === 'tidegate' && variables['npm_lifecycle_event'] === 'tidegate';
  return isOwnScript ? variables['INIT_CWD'] : undefined;
}

function terminal(): Terminal {
  // Whoever reads may stop reading, as `| head` does: what is left to say then goes nowhere.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return {
    variables: process.env,
    workingDirectory: folderOfCall(process.env) ?? process.cwd(),
    colour: process.stdout.isTTY && process.env['NO_COLOR'] === undefined,
    print: (text) => void process.stdout.write(text),
    complain: (text) => void process.stderr.write(text),
    ended: new Promise((resolve) => {
      // Ctrl-C under npm comes twice, from the terminal and from npm: the second must not cut the ending short.
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
    }),
  };
}

async function main(name: string | undefined, args: readonly string[]): Promise<number> {
  const here = terminal();
  const load = name === undefined ? undefined : commands[name];
  if (load === undefined) {
    const asked = name === undefined || name === '--help' || name === 'help';
    if (asked) here.print(usage);
    else here.complain(`There is no command ${name}.\n\n${usage}`);
    return asked ? 0 : 2;
  }
  try {
    const command = await load();
    return await command(args, here);
  } catch (error) {
    if (wrongUse.some((kind) => error instanceof kind)) {
      const { message } = error as Error;
      here.complain(`${message}\n`);
      return 2;
    }
    here.complain(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return 1;
  }
}

const [name, ...args] = process.argv.slice(2);
process.exitCode = await main(name, args);
