import type { Clock, NewId } from '../ports/clock.ts';

/** The administrator of the shadow server: owns every shadow database, and is no superuser. */
export const adminRole = 'tidegate_shadow';

/** Owns what migrations make on the shadow, as the application's role does on a target. Nobody logs in as it. */
export const baseOwner = 'base_owner';

const standInMark = 'tidegate shadow: a role that migrations name';

/** The comment on a role that a migration names: made without login, so that GRANT and OWNER TO can be tried. */
export function writeStandInMark(now: Clock): string {
  return `${standInMark}, made ${Math.floor(now().getTime() / 1000)}`;
}

/** When such a role was made, in seconds since 1970; null for any comment that is not that mark. */
export function standInMadeAt(comment: string | null): number | null {
  const [, seconds] =
    /^tidegate shadow: a role that migrations name, made (\d{1,12})$/.exec(comment ?? '') ?? [];
  return seconds === undefined ? null : Number(seconds);
}

/** The database with the listed extensions on a server of somebody else, who makes it. */
export const preparedGround = 'tidegate_extensions';

/** The comment on a database with extensions that we made on a server of our own. */
export const groundMark = 'tidegate shadow ground';

/** The name of such a database; what it holds decides `digest`. */
export function groundName(digest: string): string {
  return `tidegate_shadow_ground_${digest.slice(0, 16)}`;
}

/** Whether a database is of that kind by its name; its comment has to say so as well. */
export function isGroundName(name: string): boolean {
  return /^tidegate_shadow_ground_[0-9a-f]{16}$/.test(name);
}

/** The comment on a login of ours. Without it a login is never dropped by a sweep, whatever its name. */
export const loginMark = 'tidegate shadow login';

export type DatabaseKind = 'clone' | 'base';

/** What the comment on a shadow database says. Without it a database is never dropped, whatever its name. */
export type Mark =
  | { readonly kind: 'clone' }
  /** A baseline that is still being built. */
  | { readonly kind: 'building' }
  | { readonly kind: 'baseline'; readonly key: string; readonly usedAt: number };

/** A name for a database and for the one login that may enter it: kind, time of birth in seconds, chance. */
export function newDatabaseName(kind: DatabaseKind, now: Clock, newId: NewId): string {
  const chance = newId()
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '')
    .slice(0, 16);
  return `tidegate_shadow_${kind}_${Math.floor(now().getTime() / 1000)}_${chance}`;
}

/** When a database (or login) of ours was made, in seconds since 1970; null where the name is not ours. */
export function bornAt(name: string): number | null {
  const [, seconds] = /^tidegate_shadow_(?:clone|base)_(\d{1,12})_[a-z0-9]+$/.exec(name) ?? [];
  return seconds === undefined ? null : Number(seconds);
}

export function writeMark(mark: Mark): string {
  return mark.kind === 'baseline'
    ? `tidegate shadow baseline ${mark.key} used ${mark.usedAt}`
    : `tidegate shadow ${mark.kind}`;
}

/** Null for any comment that is not one of our marks. */
export function readMark(comment: string | null): Mark | null {
  if (comment === 'tidegate shadow clone') return { kind: 'clone' };
  if (comment === 'tidegate shadow building') return { kind: 'building' };
  const [, key, usedAt] =
    /^tidegate shadow baseline ([0-9a-f]{64}) used (\d{1,12})$/.exec(comment ?? '') ?? [];
  return key === undefined ? null : { kind: 'baseline', key, usedAt: Number(usedAt) };
}
