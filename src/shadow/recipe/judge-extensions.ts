import pg from 'pg';
import { preparedGround } from '../names.ts';
import { advice, type Finding, unsafe } from './finding.ts';

/** What is known of the extensions that a server of somebody else is to have beforehand. */
export interface ExtensionFacts {
  /** As listed under shadow.extensions. */
  readonly wanted: readonly string[];
  /** Those of them that could be made on that server. */
  readonly available: readonly string[];
  /** The administrator's name. */
  readonly admin: string;
  /** The database that is to have them; null where there is none. */
  readonly ground: {
    readonly isTemplate: boolean;
    /** What it has; null where the administrator may not connect to it. */
    readonly extensions: readonly string[] | null;
  } | null;
}

/** PostgreSQL gives it to every database, and takes its use from nobody. */
const everywhere = 'plpgsql';

/** Judges whether plans find the extensions that are listed for them, and no others. Pure. */
export function judgeExtensions(facts: ExtensionFacts): readonly Finding[] {
  if (facts.wanted.length === 0) return [];
  return [...judgeUnavailable(facts), ...judgeMore(facts), ...judgeGround(facts)];
}

function judgeUnavailable({ wanted, available }: ExtensionFacts): readonly Finding[] {
  const lacking = wanted.filter((name) => !available.includes(name));
  if (lacking.length === 0) return [];
  const [it, its] = lacking.length === 1 ? ['it', 'its package'] : ['them', 'their packages'];
  return [
    advice(
      `shadow.extensions lists ${lacking.join(', ')}, and this server does not have ${it}: statements that make ${it} are not tried. Install ${its} on that machine, or take ${it} off the list.`,
      [],
    ),
  ];
}

/** What stands in the database that plans are copied from, each plan can use. */
function judgeMore({ wanted, ground }: ExtensionFacts): readonly Finding[] {
  const listed = [everywhere, ...wanted];
  const more = (ground?.extensions ?? []).filter((name) => !listed.includes(name));
  if (more.length === 0) return [];
  return [
    unsafe(
      `The database ${preparedGround}, which plans start from, has ${more.join(', ')}, which shadow.extensions does not list.`,
      [
        `\\connect ${preparedGround}`,
        ...more.map((name) => `DROP EXTENSION ${pg.escapeIdentifier(name)} CASCADE;`),
      ],
    ),
  ];
}

function judgeGround({ wanted, available, admin, ground }: ExtensionFacts): readonly Finding[] {
  const missing = wanted.filter(
    (name) => available.includes(name) && ground?.extensions?.includes(name) !== true,
  );
  if (missing.length === 0 && ground?.isTemplate === true) return [];
  if (missing.length === 0 && ground === null) return [];
  const create = ground === null ? [`CREATE DATABASE ${preparedGround} TEMPLATE template0;`] : [];
  const makes = missing.map((name) => `CREATE EXTENSION IF NOT EXISTS ${pg.escapeIdentifier(name)};`);
  const what =
    missing.length === 0
      ? `The database ${preparedGround} is no template, so that plans cannot start from it.`
      : `Plans find ${missing.join(', ')} only where a superuser has made that in a database ${preparedGround}, which theirs are copied from; until then statements that make it are not tried.`;
  return [
    advice(what, [
      ...create,
      `ALTER DATABASE ${preparedGround} IS_TEMPLATE true;`,
      `REVOKE CONNECT ON DATABASE ${preparedGround} FROM PUBLIC;`,
      `GRANT CONNECT ON DATABASE ${preparedGround} TO ${pg.escapeIdentifier(admin)};`,
      ...(makes.length === 0 ? [] : [`\\connect ${preparedGround}`, ...makes]),
    ]),
  ];
}
