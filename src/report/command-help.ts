import type { CommandName } from '../domain/command.ts';

/** One command as people are told of it. */
export interface CommandHelp {
  readonly name: CommandName;
  readonly usage: string;
  /** One sentence. */
  readonly does: string;
}

/** Every command, in the order of use; the help reply, the comment and the docs are held to this table. */
export const commandHelp: readonly CommandHelp[] = [
  {
    name: 'plan',
    usage: '/plan',
    does: 'Plan this pull request again; on one of a stranger, let its present commit be run.',
  },
  {
    name: 'rollback',
    usage: '/rollback [--dry-run] [--accept-data-loss] [environment]',
    does: 'On a merged pull request: show how what it applied would be taken back, and ask for confirmation.',
  },
  { name: 'confirm', usage: '/confirm', does: 'Agree to the rollback that was shown here.' },
  { name: 'retry', usage: '/retry [environment]', does: 'Try again what an environment is on hold for.' },
  { name: 'release', usage: '/release [environment]', does: 'End a hold whose reason is gone.' },
  {
    name: 'status',
    usage: '/status',
    does: 'Show what is applied, pending and on hold in every environment.',
  },
  { name: 'help', usage: '/help', does: 'Show these commands.' },
];
