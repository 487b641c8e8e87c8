import { ApiError } from '../errors.ts';
import { repositoryAt, repositoryView, type PageContext } from './context.ts';
import { actAsCookie, cookie, flashCookie, seeOther, type PageAnswer, type PageRequest } from './exchange.ts';
import type { ForgeryGuard } from './forgery.ts';
import { act } from './routes.ts';

const dayInSeconds = 86_400;

/**
 * Answers a form: does what it asks for and leads back to the page, with the refusal on it where there is one.
 * Null where the form is none of the pages'. Throws 403 for one that this site did not make for this visitor.
 */
export async function submit(
  context: PageContext,
  guard: ForgeryGuard,
  request: PageRequest,
  segments: readonly string[],
): Promise<PageAnswer | null> {
  const form = new URLSearchParams(request.body);
  const login = context.viewer?.account.login ?? '';
  const found = repositoryAt(context.world, segments);
  if (segments[0] !== '_act-as' && found === null) return null;
  if (!guard.accepts(request, login, form.get('csrf') ?? ''))
    throw new ApiError(403, 'This form is out of date: open the page again and send it from there.');
  if (found === null)
    return seeOther(form.get('return_to') ?? '/', cookie(actAsCookie, form.get('login') ?? '', dayInSeconds));
  const { path } = repositoryView(context.world, found.repository);
  if (context.viewer === null) throw new ApiError(403, 'Choose who you act as first.');
  const submission = { world: context.world, by: context.viewer, repository: found.repository, form };
  try {
    const outcome = await context.world.serialise(() => act(submission, found.rest));
    return seeOther(outcome.path, cookie(flashCookie, `good ${outcome.says}`, 60));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const back = `${path}/${found.rest.split('/').slice(0, -1).join('/')}`;
    return seeOther(back, cookie(flashCookie, `bad ${refusal(error)}`, 60));
  }
}

/** An API error in the words that GitHub's own pages would use. */
function refusal(error: ApiError): string {
  const details = (error.errors ?? []).flatMap((detail) => {
    const says = typeof detail === 'string' ? detail : detail['message'];
    return typeof says === 'string' ? [says] : [];
  });
  return `${details.length > 0 ? details.join(' ') : error.message} (${error.status})`;
}
