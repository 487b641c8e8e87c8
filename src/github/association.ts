const newcomers: ReadonlySet<string> = new Set([
  'NONE',
  'FIRST_TIMER',
  'FIRST_TIME_CONTRIBUTOR',
  'MANNEQUIN',
]);

/**
 * Whether an author's association (GitHub's GraphQL reference, "CommentAuthorAssociation") is a stranger's. It is wrong
 * for private members, so it may lead to a question and never to a right.
 */
export function isNewcomer(association: string): boolean {
  return newcomers.has(association);
}
