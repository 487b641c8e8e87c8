import { notFound } from '../../errors.ts';
import { entryAt, readBlob, readTree, resolveCommit, treeOf, type TreeEntry } from '../../git/objects.ts';
import type { GitRepository } from '../../git/repository.ts';
import type { Repository, Sha } from '../../model.ts';
import { encodePath } from '../../presenters/links.ts';
import { repositoryView, visibleRepository, type Page, type PageContext } from '../context.ts';

/** A ref and a path in it, of an address such as `feature/a/migrations/1.sql` where the ref may hold slashes itself. */
export interface Place {
  readonly ref: string;
  readonly sha: Sha;
  readonly path: string;
}

/** Throws 404 where no beginning of the address is a branch, a tag or a commit. */
export async function placeOf(git: GitRepository, address: string): Promise<Place> {
  const segments = address.split('/').filter((segment) => segment !== '');
  for (let length = segments.length; length > 0; length -= 1) {
    const ref = segments.slice(0, length).join('/');
    const sha = await resolveCommit(git, ref);
    if (sha !== undefined) return { ref, sha, path: segments.slice(length).join('/') };
  }
  throw notFound();
}

/** The files of a folder. */
export async function treePage(
  context: PageContext,
  owner: string,
  name: string,
  address: string,
): Promise<Page> {
  const repository = visibleRepository(context, owner, name);
  const git = context.world.git(repository);
  const place = await placeOf(git, address);
  const root = await treeOf(git, place.sha);
  const folder = place.path === '' ? root : (await entryAt(git, root, place.path))?.sha;
  if (folder === undefined) throw notFound();
  const entries = await readTree(git, folder, false);
  entries.sort((one, other) => Number(other.type === 'tree') - Number(one.type === 'tree'));
  const base = repositoryView(context.world, repository).path;
  const view = {
    ...placeView(context, repository, place),
    entries: entries.map((entry) => ({
      name: entry.path,
      isFolder: entry.type === 'tree',
      size: entry.size === null ? '' : `${entry.size} bytes`,
      href: entryHref(base, place, entry),
    })),
  };
  return {
    title: `${place.path === '' ? `${owner}/${name}` : place.path} at ${place.ref}`,
    template: 'tree',
    view,
  };
}

function entryHref(base: string, place: Place, entry: TreeEntry): string {
  const kind = entry.type === 'tree' ? 'tree' : 'blob';
  const path = place.path === '' ? entry.path : `${place.path}/${entry.path}`;
  return `${base}/${kind}/${encodePath(place.ref)}/${encodePath(path)}`;
}

function placeView({ world }: PageContext, repository: Repository, place: Place) {
  const view = repositoryView(world, repository);
  const folders = place.path.split('/').filter((segment) => segment !== '');
  const root = `${view.path}/tree/${encodePath(place.ref)}`;
  return {
    repository: view,
    ref: place.ref,
    root,
    crumbs: folders.map((name, index) => ({
      name: name,
      href: `${root}/${encodePath(folders.slice(0, index + 1).join('/'))}`,
      isLast: index === folders.length - 1,
    })),
  };
}

/** Bytes of a file that are shown. */
const LONGEST_SHOWN = 500_000;

/** A file's lines. */
export async function blobPage(
  context: PageContext,
  owner: string,
  name: string,
  address: string,
): Promise<Page> {
  const repository = visibleRepository(context, owner, name);
  const git = context.world.git(repository);
  const place = await placeOf(git, address);
  const content = await contentAt(git, place);
  const isText = !content.includes(0) && content.length <= LONGEST_SHOWN;
  const lines = isText ? content.toString('utf8').replace(/\n$/, '').split('\n') : [];
  const view = {
    ...placeView(context, repository, place),
    size: content.length,
    isText,
    raw: `${repositoryView(context.world, repository).path}/raw/${place.sha}/${encodePath(place.path)}`,
    lines: lines.map((text, index) => ({ number: index + 1, text: text })),
  };
  return { title: `${place.path} at ${place.ref}`, template: 'blob', view };
}

/** The bytes of a file. Throws 404 where there is no file. */
export async function contentAt(git: GitRepository, place: Place): Promise<Buffer> {
  const entry = place.path === '' ? undefined : await entryAt(git, await treeOf(git, place.sha), place.path);
  if (entry?.type !== 'blob') throw notFound();
  return readBlob(git, entry.sha);
}
