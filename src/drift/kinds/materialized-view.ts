import type { Kind } from '../kind.ts';
import type { SchemaObject } from '../schema-object.ts';
import { mentionsOf } from '../sql/mentions.ts';
import { part, reads, written } from '../sql/text.ts';
import { step } from '../step.ts';
import { partsHandle } from '../tables/constraints.ts';
import { ownedOf, ownerSteps, type Owned } from './owned.ts';
import { needsOf } from './view.ts';

const unfilled = 'with no data';

/** Its query cannot be replaced: another one is another view, filled anew. */
export const materializedView: Kind = {
  make: (object) => {
    const found = ownedView(object);
    const owner =
      found === null ? null : ownerSteps(`MATERIALIZED VIEW ${object.name}`, '', found.owner, object.name);
    if (found === null || owner === null) return null;
    const sql = `${written(found.main)}${found.notes.length === 0 ? '' : ' WITH NO DATA'}`;
    return [step('view', sql, { makes: handlesOf(object), needs: needsOf(object.name, sql) }), ...owner];
  },
  drop: (object) => [
    step('dropDependent', `DROP MATERIALIZED VIEW ${object.name}`, {
      drops: handlesOf(object),
      frees: needsOf(object.name, object.definition),
    }),
  ],
  change: (before, after) => {
    const [then, now] = [ownedView(before), ownedView(after)];
    if (then === null || now === null) return null;
    if (written(then.main) !== written(now.main)) return 'anew';
    const owner = ownerSteps(`MATERIALIZED VIEW ${after.name}`, then.owner, now.owner, after.name);
    if (owner === null) return null;
    const refresh = `REFRESH MATERIALIZED VIEW ${after.name}${now.notes.length === 0 ? '' : ' WITH NO DATA'}`;
    const isFilledAlike = then.notes.length === now.notes.length;
    return {
      steps: [
        ...(isFilledAlike
          ? []
          : [step('setting', refresh, { needs: mentionsOf(after.name, partsHandle(after.name)) })]),
        ...owner,
      ],
    };
  },
  handles: (object) => handlesOf(object),
  light: true,
  pinsColumns: true,
};

function handlesOf({ name }: SchemaObject): readonly string[] {
  return [name, `materialized view ${name}`];
}

function ownedView(object: SchemaObject): Owned | null {
  const owned = ownedOf(object, `MATERIALIZED VIEW ${object.name}`);
  const isOurs = owned !== null && written(owned.main).startsWith(`CREATE MATERIALIZED VIEW ${object.name} `);
  if (!isOurs || owned.more.length > 0 || owned.notes.some((note) => note !== unfilled)) return null;
  return optionsArePlain(owned) ? owned : null;
}

/** Storage parameters are kept without quotes. */
function optionsArePlain({ main }: Owned): boolean {
  const at = main.tokens.findIndex(
    ({ text, depth, kind }) => depth === 0 && kind === 'word' && (text === 'AS' || text === 'WITH'),
  );
  if (!reads(main, at, 'WITH')) return at !== -1;
  const list = written(
    part(
      main,
      at + 1,
      main.tokens.findIndex(({ text, depth }, index) => index > at && depth === 0 && text === 'AS'),
    ),
  );
  return /^\((?:[a-z_][a-z0-9_.]*=[A-Za-z0-9_.+-]+(?:, )?)+\)$/.test(list);
}
