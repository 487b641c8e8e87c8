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
    usage: '/rollback [migration | --to migration | --last N] [environment] [--dry-run] [--accept-data-loss]',
    does: 'Show how what a merged pull request applied would be taken back, or one migration, or all after one, and ask for confirmation.',
  },
  {
    name: 'confirm',
    usage: '/confirm',
    does: 'Agree to what waits for it here: a rollback, a release, `/drift revert`, what went round the gate, or a change that nobody approved.',
  },
  {
    name: 'withdraw',
    usage: '/withdraw',
    does: 'Take your own `/confirm` back, as long as nothing has run by it.',
  },
  { name: 'retry', usage: '/retry [environment]', does: 'Try again what an environment is on hold for.' },
  {
    name: 'hold',
    usage: '/hold [environment] "why"',
    does: 'Have an environment take no migrations until it is released.',
  },
  {
    name: 'release',
    usage: '/release [environment]',
    does: 'End a hold that was asked for, or whose reason is gone, and say what runs then.',
  },
  {
    name: 'apply',
    usage: '/apply --now [environment] "why"',
    does: 'Let a change through out of its window or without its approvals, by those who may; it is reviewed afterwards.',
  },
  {
    name: 'drift',
    usage: '/drift [adopt | revert] [environment] [--accept-data-loss]',
    does: 'Show how a database differs from what its history says; have Git say what it is, or make it what Git says.',
  },
  {
    name: 'promote',
    usage: '/promote [environment]',
    does: 'Open the pull request that promotes to an environment what is ready for it, or bring that up to date.',
  },
  {
    name: 'status',
    usage: '/status',
    does: 'Show what is applied, pending and on hold in every environment.',
  },
  { name: 'help', usage: '/help', does: 'Show these commands.' },
];
