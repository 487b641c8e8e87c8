import { ApiError } from '../errors.ts';
import { accountByLogin, type World } from '../world.ts';
import { repositoryAt, type Page, type PageContext } from './context.ts';
import {
  actAsCookie,
  cookie,
  cookiesOf,
  decoded,
  flashCookie,
  localPath,
  seeOther,
  type PageAnswer,
  type PageRequest,
} from './exchange.ts';
import { createForgeryGuard, type ForgeryGuard } from './forgery.ts';
import { avatar, plainFile } from './plain.ts';
import { pageInRepository, pageOfAccount, type Elsewhere } from './routes.ts';
import { submit } from './submitting.ts';
import { loadTemplates, readAsset, type Render } from './templates.ts';
import { person, revealControls } from './text.ts';
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
    if (request.method === 'POST') return await submit(context, site.guard, request, segments);
    const page = await pageAt(context, request, segments);
    if (page === null) return request.hasRoute ? null : nowhere(site, context, request, path);
    if ('status' in page) return page;
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

/** A browser is told in a page that there is nothing, the API's callers by the API. */
function nowhere(site: Site, context: PageContext, request: PageRequest, path: string): PageAnswer | null {
  if (request.headers['accept']?.includes('text/html') !== true) return null;
  const view = { status: 404, message: 'Not Found', path, isNobody: context.viewer === null };
  return show(site, context, request, { title: 'Not found', template: 'missing', view }, 404);
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
    body: revealControls(body),
  };
}
