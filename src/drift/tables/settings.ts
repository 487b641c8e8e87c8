import { reads, statementsIn, written, part, type Stretch } from '../sql/text.ts';

/** What is said of a table after it is made; empty where it is as usual. */
export interface Settings {
  readonly security: boolean;
  readonly force: boolean;
  /** `FULL`, `NOTHING`, `USING INDEX i`. */
  readonly replica: string;
  /** Name of an index. */
  readonly cluster: string;
  readonly owner: string;
}

/** Null where there is anything else among the statements. */
export function settingsOf(table: string, definition: string): Settings | null {
  const found = statementsIn(definition);
  if (found === null || found.notes.length > 0) return null;
  const settings = { security: false, force: false, replica: '', cluster: '', owner: '' };
  for (const statement of found.statements) {
    const rest = afterName(statement, table);
    if (rest === null) return null;
    if (written(rest) === 'ENABLE ROW LEVEL SECURITY') settings.security = true;
    else if (written(rest) === 'FORCE ROW LEVEL SECURITY') settings.force = true;
    else if (reads(rest, 0, 'REPLICA', 'IDENTITY')) settings.replica = written(part(rest, 2));
    else if (reads(rest, 0, 'CLUSTER', 'ON')) settings.cluster = written(part(rest, 2));
    else if (reads(rest, 0, 'OWNER', 'TO')) settings.owner = written(part(rest, 2));
    else return null;
  }
  return settings;
}

function afterName(statement: Stretch, table: string): Stretch | null {
  const start = `ALTER TABLE ${table} `;
  const text = written(statement);
  if (!text.startsWith(start)) return null;
  const from = (statement.tokens[0]?.start ?? 0) + start.length;
  return part(
    statement,
    statement.tokens.findIndex((token) => token.start === from),
  );
}
