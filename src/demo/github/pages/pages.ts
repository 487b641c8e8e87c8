import { ApiError } from '../errors.ts';
import { accountByLogin, repositoryByName, type World } from '../world.ts';
import { repositoryView, type Page, type PageContext } from './context.ts';
import {
  cookie,
  cookiesOf,
  decoded,
  localPath,
  seeOther,
  type PageAnswer,
  type PageRequest,
} from './exchange.ts';
import { createForgeryGuard, type ForgeryGuard } from './forgery.ts';
import { avatar, plainFile } from './plain.ts';
import { act, pageInRepository, pageOfAccount, type Elsewhere } from './routes.ts';
import { loadTemplates, readAsset, type Render } from './templates.ts';
import { person } from './text.ts';
import { home } from './views/home.ts';
import { actAsPage } from './views/people.ts';

/** The pages of the simulated GitHub, for people. */
export interface Pages {
  /** The page that a request asks for; null where it is none of theirs and the API should answer. */
  readonly answer: (request: PageRequest) => Promise<PageAnswer | null>;
}

interface Site {
  readonly world: World;
  readonly render: Render;
  readonly guard: ForgeryGuard;
}

const actAsCookie = 'act_as';
const flashCookie = 'flash';
const dayInSeconds = 86_400;

/** Nothing but this site's own style, script and pictures; no frames, no forms to elsewhere. */
const securityHeaders = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cache-control': 'no-store',
};

/** Makes the pages over a simulated GitHub. Templates are read once, here. */
export function createPages(world: World): Pages {
  const site: Site = { world, render: loadTemplates(), guard: createForgeryGuard(world.random()) };
  return {
    answer: async (request) => {
      if (!isForPeople(request)) return null;
      const answer = await answerOf(site, request);
      return answer === null ? null : { ...answer, headers: { ...securityHeaders, ...answer.headers } };
    },
  };
}

/** Pages and the API share their addresses, so who asks for JSON is not meant. */
function isForPeople({ url, headers, method }: PageRequest): boolean {
  if (/^\/api(\/|$)/.test(url) || (method !== 'GET' && method !== 'POST')) return false;
  return !/json|application\/vnd\.github/.test(`${headers['accept'] ?? ''} ${headers['content-type'] ?? ''}`);
}

async function answerOf(site: Site, request: PageRequest): Promise<PageAnswer | null> {
  const context = { world: site.world, viewer: viewerOf(site.world, request) };
  const { path, segments } = pathOf(request);
  const file = assetAt(segments);
  if (file !== null) return file;
  try {
    if (request.method === 'POST') return await submit(site, context, request, segments);
    const page = await pageAt(context, request, segments);
    if (page === null || 'status' in page) return page;
    return 'elsewhere' in page ? seeOther(page.elsewhere) : show(site, context, request, page);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const view = { status: error.status, message: error.message, path, isNobody: context.viewer === null };
    return show(site, context, request, { title: 'Not found', template: 'missing', view }, error.status);
  }
}

function pathOf({ url }: PageRequest): { path: string; segments: string[] } {
  const path = url.split('?')[0] ?? '/';
  return {
    path,
    segments: path
      .split('/')
      .filter((segment) => segment !== '')
      .map(decoded),
  };
}

function viewerOf(world: World, request: PageRequest): PageContext['viewer'] {
  const login = cookiesOf(request).get(actAsCookie);
  const account = login === undefined ? undefined : accountByLogin(world, login);
  return account?.type === 'User' ? { account, app: null } : null;
}

function assetAt(segments: readonly string[]): PageAnswer | null {
  const [folder = '', name = ''] = segments;
  const file = (type: string, body: string): PageAnswer => ({
    status: 200,
    headers: { 'content-type': type },
    body,
  });
  if (folder === 'avatars' && segments.length === 2) return file('image/svg+xml', avatar(name));
  if (folder !== '_assets') return null;
  if (name === 'style.css') return file('text/css; charset=utf-8', readAsset('style.css'));
  return name === 'live.js' ? file('text/javascript; charset=utf-8', readAsset('live.js')) : null;
}

/** The owner, the name and what follows them, where the path begins with a repository that exists. */
function repositoryAt(world: World, segments: readonly string[]) {
  const [owner = '', name = '', ...rest] = segments;
  const repository = name === '' ? undefined : repositoryByName(world, owner, name);
  return repository === undefined ? null : { repository, owner, name, rest: rest.join('/') };
}

async function pageAt(
  context: PageContext,
  request: PageRequest,
  segments: readonly string[],
): Promise<Page | Elsewhere | PageAnswer | null> {
  if (segments.length === 0) return home(context);
  if (segments[0] === '_act-as') return actAsPage(context, returnTo(request));
  const found = repositoryAt(context.world, segments);
  if (found === null) return pageOfAccount(context, segments);
  const plain = await plainFile(context, found.owner, found.name, found.rest);
  if (plain === null) return pageInRepository(context, found.owner, found.name, found.rest);
  return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: plain };
}

function returnTo({ url }: PageRequest): string {
  return localPath(new URLSearchParams(url.split('?')[1] ?? '').get('return_to') ?? '/');
}

async function submit(
  site: Site,
  context: PageContext,
  request: PageRequest,
  segments: readonly string[],
): Promise<PageAnswer | null> {
  const form = new URLSearchParams(request.body);
  const login = context.viewer?.account.login ?? '';
  const found = repositoryAt(site.world, segments);
  if (segments[0] !== '_act-as' && found === null) return null;
  if (!site.guard.accepts(request, login, form.get('csrf') ?? ''))
    throw new ApiError(403, 'This form is out of date: open the page again and send it from there.');
  if (found === null)
    return seeOther(form.get('return_to') ?? '/', cookie(actAsCookie, form.get('login') ?? '', dayInSeconds));
  const { path } = repositoryView(site.world, found.repository);
  if (context.viewer === null) throw new ApiError(403, 'Choose who you act as first.');
  const submission = { world: site.world, by: context.viewer, repository: found.repository, form };
  try {
    const outcome = await site.world.serialise(() => act(submission, found.rest));
    return seeOther(outcome.path, cookie(flashCookie, `good ${outcome.says}`, 60));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const back = `${path}/${found.rest.split('/').slice(0, -1).join('/')}`;
    return seeOther(back, cookie(flashCookie, `bad ${refusal(error)}`, 60));
  }
}

/** An API error in the words that GitHub's own pages would use. */
function refusal(error: ApiError): string {
  const details = (error.errors ?? []).flatMap(({ message }) =>
    typeof message === 'string' ? [message] : [],
  );
  return `${details.length > 0 ? details.join(' ') : error.message} (${error.status})`;
}

function show(site: Site, context: PageContext, request: PageRequest, page: Page, status = 200): PageAnswer {
  const flash = cookiesOf(request).get(flashCookie) ?? '';
  const [tone = '', ...says] = flash.split(' ');
  const { viewer } = context;
  const shared = { csrf: site.guard.tokenFor(viewer?.account.login ?? '') };
  const body = site.render('layout', {
    ...shared,
    title: page.title,
    flash: says.join(' ') === '' ? null : { tone: tone === 'good' ? 'good' : 'bad', says: says.join(' ') },
    viewer: viewer === null ? null : person(viewer.account),
    here: encodeURIComponent(request.url),
    main: site.render(page.template, { ...page.view, ...shared }),
  });
  const headers = { 'content-type': 'text/html; charset=utf-8' };
  return {
    status,
    headers: flash === '' ? headers : { ...headers, 'set-cookie': cookie(flashCookie, '', 0) },
    body,
  };
}
