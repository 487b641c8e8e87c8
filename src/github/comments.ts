import { ConversationLocked, type CodeHost } from '../ports/code-host.ts';
import { orNull, statusOf, type Connection } from './connection.ts';

const contents = { eyes: 'eyes', rocket: 'rocket', confused: 'confused' } as const;

type Comments = Pick<
  CodeHost,
  | 'comment'
  | 'updateComment'
  | 'findComment'
  | 'react'
  | 'openIssue'
  | 'isIssueOpen'
  | 'updateIssue'
  | 'closeIssue'
>;

/** Comments, reactions and issues. A comment is the App's own by its author, never by a marker alone. */
export function comments({ octokit, owner, repo, app, ownComments }: Connection): Comments {
  const isOwn = (user: { readonly login: string } | null | undefined): boolean =>
    user?.login.toLowerCase() === app.login.toLowerCase();
  const isIssueOpen = async (number: number): Promise<boolean> => {
    const place = { owner, repo, issue_number: number };
    const present = await orNull(octokit.rest.issues.get(place), [404, 410]);
    return present?.data.state === 'open' && isOwn(present.data.user);
  };
  return {
    comment: async (number, body) => {
      const place = { owner, repo, issue_number: number };
      const added = octokit.rest.issues.createComment({ ...place, body });
      const { data } = await added.catch((error: unknown) => {
        const isLocked =
          statusOf(error) === 403 && error instanceof Error && /\blocked\b/.test(error.message);
        throw isLocked ? new ConversationLocked(`the conversation of #${number} is locked`) : error;
      });
      ownComments.add(data.id);
      return data.id;
    },
    updateComment: async (commentId, body) => {
      // Who may write issues may edit anybody's comment: what is not the App's own is left alone.
      if (!ownComments.has(commentId)) {
        const present = await orNull(octokit.rest.issues.getComment({ owner, repo, comment_id: commentId }));
        if (!isOwn(present?.data.user)) return false;
        ownComments.add(commentId);
      }
      const updated = await orNull(
        octokit.rest.issues.updateComment({ owner, repo, comment_id: commentId, body }),
      );
      return updated !== null;
    },
    findComment: async (number, marker) => {
      const pages = octokit.paginate.iterator(octokit.rest.issues.listComments, {
        owner,
        repo,
        issue_number: number,
        per_page: 100,
      });
      for await (const { data } of pages) {
        const found = data.find(({ user, body }) => isOwn(user) && (body ?? '').includes(marker));
        if (found !== undefined) return found.id;
      }
      return null;
    },
    react: async (commentId, reaction) => {
      const content = contents[reaction];
      // A comment that was deleted meanwhile needs no reaction.
      await orNull(
        octokit.rest.reactions.createForIssueComment({ owner, repo, comment_id: commentId, content }),
      );
    },
    openIssue: async (title, body) => {
      // 410: the repository has its issues turned off.
      const opened = await orNull(octokit.rest.issues.create({ owner, repo, title, body }), [410]);
      return opened?.data.number ?? null;
    },
    isIssueOpen,
    updateIssue: async (number, title, body) => {
      const place = { owner, repo, issue_number: number };
      if (!(await isIssueOpen(number))) return false;
      return (await orNull(octokit.rest.issues.update({ ...place, title, body }), [404, 410])) !== null;
    },
    closeIssue: async (number) => {
      await orNull(
        octokit.rest.issues.update({ owner, repo, issue_number: number, state: 'closed' }),
        [404, 410],
      );
    },
  };
}
