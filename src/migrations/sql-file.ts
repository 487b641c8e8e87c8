import { getActions } from 'node-pg-migrate/sqlMigration';

/** A stretch of a file, and the line of the file where it starts. */
export interface Stretch {
  readonly sql: string;
  readonly line: number;
}

/** What node-pg-migrate reads out of a .sql file. */
export interface SqlFile {
  readonly up: Stretch;
  readonly down: Stretch | null;
  /** What stands before the first marker: the library never runs it. */
  readonly lost: string;
  readonly hasUpMarker: boolean;
  readonly hasDownMarker: boolean;
}

/** Divides a .sql file by the library's own code, so that both always agree. */
export function readSqlFile(content: string): SqlFile {
  const actions = getActions(content);
  const up = capture(actions.up);
  const down = actions.down === false || actions.down === undefined ? null : capture(actions.down);
  const upAt = content.indexOf(up);
  const downAt = down === null ? content.length : content.indexOf(down);
  return {
    up: { sql: up, line: lineOf(content, upAt) },
    down: down === null ? null : { sql: down, line: lineOf(content, downAt) },
    lost: content.slice(0, Math.min(upAt, downAt)),
    hasUpMarker: marker('up').test(content),
    hasDownMarker: marker('down').test(content),
  };
}

function capture(action: unknown): string {
  let captured = '';
  const recorder = { sql: (text: string): void => void (captured = text) };
  if (typeof action === 'function') Reflect.apply(action, undefined, [recorder]);
  return captured;
}

// The expression of node-pg-migrate's sqlMigration.js.
function marker(direction: 'up' | 'down'): RegExp {
  return new RegExp(`^\\s*--[\\s-]*${direction}\\s+migration`, 'im');
}

function lineOf(content: string, offset: number): number {
  return content.slice(0, offset).split('\n').length;
}
