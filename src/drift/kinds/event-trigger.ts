import type { Kind, Work } from '../kind.ts';
import type { SchemaObject } from '../schema-object.ts';
import { mentionsOf } from '../sql/mentions.ts';
import { written } from '../sql/text.ts';
import { step, type Step } from '../step.ts';
import { ownedOf, ownerSteps } from './owned.ts';

const states: Readonly<Record<string, string>> = {
  O: 'ENABLE',
  D: 'DISABLE',
  R: 'ENABLE REPLICA',
  A: 'ENABLE ALWAYS',
};

/** Made last and dropped first, so that they do not fire at what is done here. */
export const eventTrigger: Kind = {
  make: (object) => {
    const found = triggerOf(object);
    if (found === null) return null;
    const make = step('defaults', found.sql, { makes: [handleOf(object)], needs: mentionsOf(found.sql) });
    const owner = ownerSteps(`EVENT TRIGGER ${object.name}`, '', found.owner, handleOf(object));
    if (owner === null) return null;
    return [make, ...(found.enabled === 'O' ? [] : [setState(object, found.enabled)]), ...owner];
  },
  drop: (object) => [
    step('value', `DROP EVENT TRIGGER ${object.name}`, {
      drops: [handleOf(object)],
      frees: mentionsOf(object.definition),
    }),
  ],
  change: (before, after): Work | 'anew' | null => {
    const [then, now] = [triggerOf(before), triggerOf(after)];
    if (then === null || now === null) return null;
    if (then.sql !== now.sql) return 'anew';
    const owner = ownerSteps(`EVENT TRIGGER ${after.name}`, then.owner, now.owner, handleOf(after));
    const state = then.enabled === now.enabled ? [] : [setState(after, now.enabled)];
    return owner === null ? null : { steps: [...state, ...owner] };
  },
  handles: (object) => [handleOf(object)],
  light: true,
  pinsColumns: false,
};

function setState(object: SchemaObject, enabled: string): Step {
  const sql = `ALTER EVENT TRIGGER ${object.name} ${states[enabled] ?? ''}`;
  return step('defaults', sql, { needs: mentionsOf('', handleOf(object)) });
}

function handleOf({ name }: SchemaObject): string {
  return `event trigger ${name}`;
}

/** Tags are written without quotes: they are capital words, or not understood. */
function triggerOf(object: SchemaObject): { sql: string; enabled: string; owner: string } | null {
  const { name } = object;
  const owned = ownedOf(object, `EVENT TRIGGER ${name}`);
  if (owned === null || owned.more.length > 0) return null;
  const [, enabled = null] =
    owned.notes.length === 0 ? ['', 'O'] : (/^enabled: ([DRA])$/.exec(owned.notes.join()) ?? []);
  const sql = written(owned.main);
  const start = `CREATE EVENT TRIGGER ${name} ON `;
  const rest = /^([a-z_]+)(?: WHEN TAG IN \(([A-Z ,]+)\))? EXECUTE FUNCTION (.+)$/s.exec(
    sql.slice(start.length),
  );
  if (enabled === null || rest === null || !sql.startsWith(start)) return null;
  const [, event = '', tags, call = ''] = rest;
  const list = tags
    ?.split(', ')
    .map((tag) => `'${tag}'`)
    .join(', ');
  return {
    sql: `${start}${event}${list === undefined ? '' : ` WHEN TAG IN (${list})`} EXECUTE FUNCTION ${call}`,
    enabled,
    owner: owned.owner,
  };
}
