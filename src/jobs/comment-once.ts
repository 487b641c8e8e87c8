import { ConversationLocked, type CodeHost } from '../ports/code-host.ts';

/**
 * Says something on a pull request or issue, unless it stands there: `about` tells it from everything else that is said
 * there, and goes into a comment that nobody sees. Where the conversation is locked it is left unsaid.
 */
export async function commentOnce(
  host: CodeHost,
  number: number,
  about: string,
  body: string,
): Promise<void> {
  const marker = `<!-- tidegate:${about} -->`;
  if ((await host.findComment(number, marker)) !== null) return;
  try {
    await host.comment(number, `${body}\n${marker}\n`);
  } catch (error) {
    if (!(error instanceof ConversationLocked)) throw error;
  }
}
