import type { Kind, Work } from '../kind.ts';
import type { SchemaObject } from '../schema-object.ts';
import { mentionsOf } from '../sql/mentions.ts';
import { nameAt, part, placeOf, written, type Stretch } from '../sql/text.ts';
import { step } from '../step.ts';
import { foreignOptionChanges, foreignOptionsIn, type ForeignOption } from '../tables/options.ts';
import { ownedOf, ownerSteps } from './owned.ts';

/** What can be changed only by another one, and what ALTER changes. */
interface Foreign {
  readonly main: Stretch;
  readonly fixed: string;
  readonly version: string;
  readonly options: readonly ForeignOption[];
  readonly owner: string;
  /** The wrapper that a server is of. */
  readonly wrapper: string;
}

/** Foreign data wrappers and servers: `word` is SQL's for them. Options that may be secrets are nobody's to write. */
function foreign(word: 'FOREIGN DATA WRAPPER' | 'SERVER'): Kind {
  const isServer = word === 'SERVER';
  return {
    make: (object) => {
      const found = foreignOf(object, word);
      const owner =
        found === null ? null : ownerSteps(`${word} ${object.name}`, '', found.owner, handleOf(object));
      if (found === null || owner === null) return null;
      const sql = written(found.main);
      const needs = mentionsOf(sql, ...wholesOf(found));
      return [step(isServer ? 'makeType' : 'makeSpace', sql, { makes: [handleOf(object)], needs }), ...owner];
    },
    drop: (object) => {
      const found = foreignOf(object, word);
      const frees = mentionsOf(object.definition, ...(found === null ? [] : wholesOf(found)));
      const sql = `DROP ${word} ${object.name}`;
      return [step(isServer ? 'dropType' : 'dropSpace', sql, { drops: [handleOf(object)], frees })];
    },
    change: (before, after): Work | null => {
      const [then, now] = [foreignOf(before, word), foreignOf(after, word)];
      if (then === null || then.fixed !== now?.fixed) return null;
      const owner = ownerSteps(`${word} ${after.name}`, then.owner, now.owner, handleOf(after));
      if (owner === null) return null;
      const changed = [
        ...(then.version === now.version ? [] : [now.version === '' ? 'VERSION NULL' : now.version]),
        ...foreignOptionChanges(then.options, now.options),
      ];
      const alter = step('change', `ALTER ${word} ${after.name} ${changed.join(' ')}`, {});
      return { steps: [...(changed.length === 0 ? [] : [alter]), ...owner] };
    },
    handles: (object) => [handleOf(object)],
    light: false,
    pinsColumns: false,
  };
}

export const foreignDataWrapper = foreign('FOREIGN DATA WRAPPER');
export const foreignServer = foreign('SERVER');

/** A user mapping goes with its server; what is in it nobody reads, so it is only dropped. */
export const userMapping: Kind = {
  make: () => null,
  drop: (object) => {
    const found = ownedOf(object, '')?.main;
    if (found === undefined) return null;
    const server = `foreign server ${written(part(found, placeOf(found, ['SERVER']) + 1))}`;
    const sql = `DROP ${written(part(found, 1))}`;
    return [step('letGo', sql, { drops: [`user mapping ${object.name}`], frees: mentionsOf('', server) })];
  },
  change: () => null,
  handles: ({ name }) => [`user mapping ${name}`],
  light: false,
  pinsColumns: false,
};

function handleOf({ kind, name }: SchemaObject): string {
  return `${kind} ${name}`;
}

function wholesOf({ wrapper }: Foreign): readonly string[] {
  return wrapper === '' ? [] : [`foreign data wrapper ${wrapper}`];
}

/** Null where it is not as our catalog writes one, or says that it does not say all. */
function foreignOf(object: SchemaObject, word: string): Foreign | null {
  const owned = ownedOf(object, `${word} ${object.name}`);
  if (owned === null || owned.more.length > 0 || owned.notes.length > 0) return null;
  const { main, owner } = owned;
  const at = placeOf(main, ['OPTIONS']);
  const options = foreignOptionsIn(part(main, at));
  const sql = written(part(main, 0, at));
  if (options === null || !`${sql} `.startsWith(`CREATE ${word} ${object.name} `)) return null;
  const version = placeOf(main, ['VERSION']);
  const end = version === main.tokens.length ? version : version + 2;
  const of = word === 'SERVER' ? placeOf(main, ['WRAPPER']) : main.tokens.length;
  return {
    main,
    owner,
    options,
    fixed: `${written(part(main, 0, Math.min(version, at)))} ${written(part(main, end, at))}`.trim(),
    version: written(part(main, version, end)),
    wrapper: nameAt(main, of + 1)?.name ?? '',
  };
}
