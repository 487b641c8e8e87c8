import { ACTIVITY_TYPES, type Activity } from '../activity-model.ts';
import { invalid } from '../errors.ts';
import { perPage, repositoryRoute, type Answer, type Call, type Route } from '../http/route.ts';
import type { Repository } from '../model.ts';
import { presentAccountById } from '../presenters/account.ts';
import { repositoryApi } from '../presenters/links.ts';
import { accountById, type World } from '../world.ts';

const DAYS: Readonly<Record<string, number>> = { day: 1, week: 7, month: 30, quarter: 91, year: 365 };

function present(world: World, activity: Activity) {
  const { id, nodeId, before, after, ref, at, type, actorId } = activity;
  const actor = presentAccountById(world, actorId);
  return { id, node_id: nodeId, before, after, ref, timestamp: at, activity_type: type, actor };
}

/** Newest first unless asked otherwise. */
function wantedActivities({ world, query }: Call, repository: Repository): Activity[] {
  const { ref, actor, activity_type: type, time_period: period, direction } = query;
  if (type !== undefined && !ACTIVITY_TYPES.some((known) => known === type))
    throw invalid(`Invalid request.\n\n${type} is not an activity type.`);
  const days = period === undefined ? undefined : DAYS[period];
  if (period !== undefined && days === undefined)
    throw invalid(`Invalid request.\n\n${period} is not a time period.`);
  const fullRef = ref === undefined || ref.startsWith('refs/') ? ref : `refs/heads/${ref}`;
  const since = days === undefined ? 0 : world.now().getTime() - days * 86_400_000;
  const found = world.store.activities.filter(
    (one) =>
      one.repositoryId === repository.id &&
      (fullRef === undefined || one.ref === fullRef) &&
      (type === undefined || one.type === type) &&
      (actor === undefined || accountById(world, one.actorId).login.toLowerCase() === actor.toLowerCase()) &&
      Date.parse(one.at) >= since,
  );
  return direction === 'asc' ? found : found.reverse();
}

/** This list has cursors, not pages: each link names the activity before or after which it goes on. */
function listActivities(call: Call, repository: Repository): Answer {
  const { before, after } = call.query;
  const all = wantedActivities(call, repository);
  const size = perPage(call);
  const start =
    after !== undefined
      ? placeOf(all, after) + 1
      : before !== undefined
        ? Math.max(0, placeOf(all, before) - size)
        : 0;
  const end = before !== undefined && after === undefined ? placeOf(all, before) : start + size;
  const shown = all.slice(start, end);
  const links = linksOf(call, repository, shown, { more: end < all.length, earlier: start > 0 });
  return {
    body: shown.map((activity) => present(call.world, activity)),
    ...(links === '' ? {} : { headers: { link: links } }),
  };
}

function placeOf(all: readonly Activity[], cursor: string): number {
  const place = all.findIndex((activity) => cursorOf(activity) === cursor);
  if (place === -1) throw invalid('Invalid request.\n\nThe cursor is not known.');
  return place;
}

function cursorOf({ id }: Activity): string {
  return Buffer.from(`activity:${id}`).toString('base64url');
}

function linksOf(
  { world, query }: Call,
  repository: Repository,
  shown: readonly Activity[],
  { more, earlier }: { readonly more: boolean; readonly earlier: boolean },
): string {
  const link = (name: 'before' | 'after', activity: Activity | undefined, rel: string): string[] => {
    if (activity === undefined) return [];
    const url = new URL(`${repositoryApi(world, repository)}/activity`);
    const { before: _before, after: _after, ...asked } = query;
    for (const [key, value] of Object.entries({ ...asked, [name]: cursorOf(activity) }))
      url.searchParams.set(key, value);
    return [`<${url.href}>; rel="${rel}"`];
  };
  return [
    ...(more ? link('after', shown.at(-1), 'next') : []),
    ...(earlier ? link('before', shown[0], 'prev') : []),
  ].join(', ');
}

export const activityRoutes: readonly Route[] = [
  repositoryRoute('GET', '/activity', ['contents:read'], listActivities),
];
