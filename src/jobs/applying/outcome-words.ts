import type { DeploymentReport } from '../../ports/code-host.ts';
import type { Outcome } from './announcements.ts';

/** An outcome as a deployment of GitHub's has it. */
export function deploymentOf(outcome: Outcome, production: boolean): DeploymentReport {
  const { environment, commit } = outcome;
  const isDone = outcome.status === 'applied' || outcome.status === 'rolled-back';
  const state = isDone ? 'success' : outcome.status === 'waiting' ? 'queued' : 'failure';
  return { environment, commit, state, description: description(outcome), production };
}

/** The state of the commit status that tells an outcome. */
export function statusState(outcome: Outcome): 'success' | 'failure' | 'pending' | 'error' {
  switch (outcome.status) {
    case 'applied':
    case 'rolled-back':
    case 'nothing':
      return 'success';
    case 'failed':
    case 'held':
      return 'failure';
    case 'in-doubt':
      return 'error';
    case 'waiting':
      return 'pending';
  }
}

/** One line for deployments and statuses: at most 140 characters (GitHub REST, "Create a deployment status"). */
export function description({ status, environment, steps, until }: Outcome): string {
  const count = `${steps.length} migration${steps.length === 1 ? '' : 's'}`;
  switch (status) {
    case 'applied':
      return `${count} applied to ${environment}`;
    case 'rolled-back':
      return `${count} taken back on ${environment}`;
    case 'nothing':
      return `Nothing is left to run on ${environment}`;
    case 'failed':
      return `A migration failed on ${environment}; the pull request says what stands`;
    case 'in-doubt':
      return `It is in doubt whether a migration was committed on ${environment}`;
    case 'held':
      return `${environment} is on hold: nothing was run`;
    case 'waiting':
      return until === undefined ? `Waiting for its turn on ${environment}` : `Waiting until ${until}`;
  }
}
