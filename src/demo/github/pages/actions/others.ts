import { ApiError } from '../../errors.ts';
import { checkRunById, pressCheckAction, rerequestCheckRun } from '../../operations/check-runs.ts';
import { createComment } from '../../operations/comments.ts';
import { editIssue } from '../../operations/issues.ts';
import { issueByNumber } from '../../world.ts';
import { repositoryView } from '../context.ts';
import { field, type Outcome, type Submission } from './form.ts';

/** Does what a form of an issue's page asks for. */
export async function actOnIssue(submission: Submission, number: number, action: string): Promise<Outcome> {
  const { world, by, repository, form } = submission;
  const path = `${repositoryView(world, repository).path}/issues/${number}`;
  switch (action) {
    case 'comment': {
      const { id } = createComment(world, repository, number, field(form, 'body'), by);
      return { path: `${path}#issuecomment-${id}`, says: '' };
    }
    case 'state': {
      const state = field(form, 'state') === 'open' ? 'open' : 'closed';
      await editIssue(world, issueByNumber(world, repository, number), { state }, by);
      return { path, says: state === 'open' ? 'Issue reopened.' : 'Issue closed.' };
    }
    default:
      throw new ApiError(404, 'Not Found');
  }
}

/** Presses a button of a check run. */
export async function actOnCheckRun(submission: Submission, id: number, action: string): Promise<Outcome> {
  const { world, by, repository, form } = submission;
  const run = checkRunById(world, repository, id);
  const path = `${repositoryView(world, repository).path}/runs/${id}`;
  switch (action) {
    case 'rerequest':
      await rerequestCheckRun(world, run, by);
      return { path, says: 'Asked the App to run this check again.' };
    case 'action':
      await pressCheckAction(world, run, field(form, 'identifier'), by);
      return { path, says: 'Told the App which button you pressed.' };
    default:
      throw new ApiError(404, 'Not Found');
  }
}
