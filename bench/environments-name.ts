/** The suite of what environments ask for beside plans. */
export const environmentsName = 'environments';
/** From a comment `/rollback --dry-run` to the comment that shows what would run, GitHub's answers between included. */
export const previewName = 'rollback-preview';
