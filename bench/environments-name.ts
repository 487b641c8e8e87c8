/** The suite of what environments ask for beside plans. */
export const environmentsName = 'environments';

/** From a comment `/rollback --dry-run` to the comment that shows what would run, GitHub's answers between included. */
export const previewName = 'rollback-preview';

/** So many environments are looked at for drift in one sweep. */
export const manyEnvironments = 200;

/** The suite's cases of drift. */
export const driftCases = {
  question: 'drift: the question',
  look: 'drift: a look, with its connection',
  comparison: 'drift: both schemas compared',
  sweep: `drift: a look at ${manyEnvironments}`,
} as const;
