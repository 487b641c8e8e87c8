import { runCommand, type Command } from './run-command.ts';
import type { Terminal } from './terminal.ts';

const usage = `Tidegate runs a team's PostgreSQL schema changes by Git, environment by branch.

  tidegate start      the service (a GitHub App)
  tidegate plan       the plan of a folder of migrations, without GitHub
  tidegate hazards    what a plan looks for
  tidegate gate       what is decided on a pull request, why, and what it would take
  tidegate status     how every environment stands, and every migration in it
  tidegate audit      who did what, and when
  tidegate adopt      an existing database: its history, or its schema as a first migration
  tidegate doctor     whether a shadow server of yours is safe, or a repository's branches are guarded
  tidegate shadow     the versions of PostgreSQL that plans can be tried on
  tidegate demo       the whole story on this machine, with a simulated GitHub

  tidegate COMMAND --help says more.
`;

/** Each command's code is loaded when it is asked for: a look at the hazards needs no Probot. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => (await import('./start-command.ts')).startCommand,
  hazards: async () => (await import('./hazards-command.ts')).hazardsCommand,
  gate: async () => (await import('./gate-command.ts')).gateCommand,
  status: async () => (await import('./status-command.ts')).statusCommand,
  audit: async () => (await import('./audit-command.ts')).auditCommand,
  adopt: async () => (await import('./adopt-command.ts')).adoptCommand,
  doctor: async () => (await import('./doctor-command.ts')).doctorCommand,
  shadow: async () => (await import('./shadow-command.ts')).shadowCommand,
  demo: async () => (await import('../demo/demo-command.ts')).demoCommand,
};

/** Runs every command but `plan`. Returns the exit status. */
export async function run([name, ...args]: readonly string[], terminal: Terminal): Promise<number> {
  const load = name === undefined ? undefined : commands[name];
  if (load !== undefined) return runCommand(load, args, terminal);
  const asked = name === undefined || name === '--help' || name === 'help';
  if (asked) terminal.print(usage);
  else terminal.complain(`There is no command ${name}.\n\n${usage}`);
  return asked ? 0 : 2;
}
