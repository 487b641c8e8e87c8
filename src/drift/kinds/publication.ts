import type { Kind } from '../kind.ts';
import type { SchemaObject } from '../schema-object.ts';
import { mentionsOf } from '../sql/mentions.ts';
import { part, placeOf, reads, statementsIn, written, type Stretch } from '../sql/text.ts';
import { step, type Step } from '../step.ts';
import { loggedHandle } from '../tables/set.ts';
import { ownedOf, ownerSteps } from './owned.ts';

interface Publication {
  readonly all: boolean;
  /** `TABLE t (a) WHERE (…)`, `TABLES IN SCHEMA s`. */
  readonly items: readonly string[];
  readonly settings: string;
  readonly owner: string;
}

/** Since PostgreSQL 18. */
const generatedToo = 'publish_generated_columns = stored';

/** Publications: never dropped to be made anew, since subscribers lose their place. */
export const publication: Kind = {
  make: (object) => {
    const found = publicationOf(object);
    const owner =
      found === null ? null : ownerSteps(`PUBLICATION ${object.name}`, '', found.owner, handleOf(object));
    if (found === null || owner === null) return null;
    const what = found.all
      ? ' FOR ALL TABLES'
      : found.items.length > 0
        ? ` FOR ${found.items.join(', ')}`
        : '';
    const sql = `CREATE PUBLICATION ${object.name}${what} WITH (${found.settings})`;
    const needs = mentionsOf(sql, ...found.items.map(loggedIn));
    return [step('dependent', sql, { makes: [handleOf(object)], needs }), ...owner];
  },
  drop: (object) => [
    step('letGo', `DROP PUBLICATION ${object.name}`, {
      drops: [handleOf(object)],
      frees: mentionsOf(object.definition),
    }),
  ],
  change: (before, after, world) => {
    const [then, now] = [publicationOf(before), publicationOf(after)];
    if (then === null || then.all !== now?.all) return null;
    const owner = ownerSteps(`PUBLICATION ${after.name}`, then.owner, now.owner, handleOf(after));
    if (owner === null) return null;
    const gone = then.items.filter((item) => !now.items.includes(item));
    const added = now.items.filter((item) => !then.items.includes(item));
    const alter = (what: string, more: Partial<Pick<Step, 'needs' | 'frees'>> = {}): Step =>
      step('dependent', `ALTER PUBLICATION ${after.name} ${what}`, more);
    const left = gone.filter((item) => !isTableGone(item, world.isGone));
    const plainly = then.settings.includes(generatedToo) && !now.settings.includes(generatedToo);
    const wanted = `${now.settings}${plainly ? ', publish_generated_columns = none' : ''}`;
    const settings = then.settings === now.settings ? [] : [alter(`SET (${wanted})`)];
    const drops = left.map((item) => ({
      ...alter(`DROP ${bare(item)}`, { frees: mentionsOf(item) }),
      makes: [`less ${after.name}`],
    }));
    const adds = added.map((item) =>
      alter(`ADD ${item}`, { needs: mentionsOf(item, `less ${after.name}`, loggedIn(item)) }),
    );
    return { steps: [...settings, ...drops, ...adds, ...owner] };
  },
  handles: (object) => [handleOf(object)],
  light: false,
  pinsColumns: true,
};

function handleOf({ name }: SchemaObject): string {
  return `publication ${name}`;
}

/** A table that is dropped leaves by itself. */
function isTableGone(item: string, isGone: (handle: string) => boolean): boolean {
  const name = bare(item).replace(/^TABLES? (?:IN SCHEMA )?/, '');
  return isGone(item.startsWith('TABLES') ? `schema ${name}` : name);
}

function loggedIn(item: string): string {
  return loggedHandle(bare(item).replace(/^TABLE /, ''));
}

/** Without columns and condition. */
function bare(item: string): string {
  const found = statementsIn(item)?.statements[0];
  const end = found?.tokens.findIndex(
    ({ text, depth, kind }) => depth === 0 && (text === '(' || (kind === 'word' && text === 'WHERE')),
  );
  return found === undefined || end === undefined || end === -1 ? item : written(part(found, 0, end));
}

/** Null where it is not as our catalog writes one. */
function publicationOf(object: SchemaObject): Publication | null {
  const owned = ownedOf(object, `PUBLICATION ${object.name}`);
  const flags = /^insert ([tf]), update ([tf]), delete ([tf]), truncate ([tf]), via root ([tf])$/.exec(
    owned?.notes[0] ?? '',
  );
  const [, generated, ...others] = owned?.notes ?? [];
  if (others.length > 0 || (generated !== undefined && generated !== 'generated columns stored')) return null;
  if (owned === null || flags === null || owned.more.length > 0) return null;
  const actions = ['insert', 'update', 'delete', 'truncate'].filter((_, index) => flags[index + 1] === 't');
  const root = flags[5] === 't' ? 'true' : 'false';
  const head = part(owned.main, 0, 3);
  if (written(head) !== `CREATE PUBLICATION ${object.name}`) return null;
  const rest = part(owned.main, 3);
  const all = reads(rest, 0, 'FOR', 'ALL', 'TABLES') && rest.tokens.length === 3;
  return {
    all,
    items: all ? [] : itemsOf(rest),
    settings: `publish = '${actions.join(', ')}', publish_via_partition_root = ${root}${generated === undefined ? '' : `, ${generatedToo}`}`,
    owner: owned.owner,
  };
}

function itemsOf(stretch: Stretch): readonly string[] {
  const found: string[] = [];
  let rest = stretch;
  while (rest.tokens.length > 0) {
    const end = 1 + placeOf(part(rest, 1), ['TABLE', 'TABLES']);
    found.push(written(part(rest, 0, end)));
    rest = part(rest, end);
  }
  return found;
}
