import { whoHasASay } from '../../domain/policy.ts';
import { mayCommand } from '../../gate/may-command.ts';
import type { Environment } from '../environment.ts';

/**
 * Whether who asked for a rollback may still ask, from fresh facts: between the question and the run there can be
 * days of waiting for a confirmation, or the environment's queue. Null where they may, else who may.
 */
export async function lostRight({ host, policy }: Environment, requester: string): Promise<string | null> {
  const person = await host.person(requester, whoHasASay(policy));
  const { status, message } = mayCommand('rollback', person, policy, { isAuthor: false });
  return status === 'allowed' ? null : message;
}
