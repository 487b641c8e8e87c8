import { scan } from 'libpg-query';
import type { Problem } from '../domain/problem.ts';
import type { SqlFile } from './sql-file.ts';

const rightWords = 'Write "-- Up Migration" and "-- Down Migration", in these words, on lines of their own';
const downWords = '(?:down|downs|undo|rollback|revert|downgrade)';
const toolWords = '(?:migrate|migration|goose|micrate|dbmate|sql|begin|start)';
const lookAlike = new RegExp(
  `^(?:${toolWords} )?${downWords}(?: (?:migrations?|script|part|section|sql|begin|start))?(?: transaction (?:false|true))?$`,
);

/**
 * Finds the ways in which node-pg-migrate would run a part of the file that was not meant: a down marker
 * without an up marker, a marker in the words of another tool, statements before the first marker.
 */
export async function findMarkerFault(content: string, file: SqlFile): Promise<Problem | null> {
  if (file.hasDownMarker && !file.hasUpMarker) return downAlone(file);
  if (!file.hasDownMarker) {
    const found = await findLookAlike(content);
    if (found !== null) return notAMarker(found);
  }
  return findLost(file);
}

function downAlone(file: SqlFile): Problem {
  return {
    code: 'file-markers',
    line: firstWrittenLine(file.down?.sql ?? '', file.down?.line ?? 1),
    message: `There is a "-- Down Migration" but no "-- Up Migration", so node-pg-migrate would run the whole file as up, the down part included. ${rightWords}.`,
  };
}

function notAMarker(found: { line: number; text: string }): Problem {
  return {
    code: 'file-markers',
    line: found.line,
    message: `"${found.text}" is no marker of node-pg-migrate, which would run what follows it as part of up. ${rightWords}; or reword the comment if it is only a comment.`,
  };
}

async function findLookAlike(content: string): Promise<{ line: number; text: string } | null> {
  if (!new RegExp(downWords, 'i').test(content)) return null;
  const tokens = await scanOrNothing(content);
  const bytes = Buffer.from(content, 'utf8');
  for (const token of tokens) {
    if (token.tokenName !== 'SQL_COMMENT' && token.tokenName !== 'C_COMMENT') continue;
    const text = bytes.subarray(token.start, token.end).toString('utf8');
    const words = text
      .toLowerCase()
      .replaceAll(/[^a-z]+/g, ' ')
      .trim();
    if (!lookAlike.test(words)) continue;
    const before = bytes.subarray(0, token.start).toString('utf8');
    return { line: before.split('\n').length, text: text.trim() };
  }
  return null;
}

async function findLost(file: SqlFile): Promise<Problem | null> {
  const tokens = file.lost.trim() === '' ? [] : await scanOrNothing(file.lost);
  const first = tokens.find((token) => token.tokenName !== 'SQL_COMMENT' && token.tokenName !== 'C_COMMENT');
  if (first === undefined) return null;
  const before = Buffer.from(file.lost, 'utf8').subarray(0, first.start).toString('utf8');
  return {
    code: 'file-markers',
    line: before.split('\n').length,
    message: `node-pg-migrate never runs what stands before the first marker. Move it below "-- Up Migration", or remove it.`,
  };
}

// What does not scan does not parse either, and is reported as a syntax error.
async function scanOrNothing(sql: string): Promise<Awaited<ReturnType<typeof scan>>['tokens']> {
  try {
    return (await scan(sql)).tokens;
  } catch {
    return [];
  }
}

function firstWrittenLine(text: string, line: number): number {
  const space = text.slice(0, text.length - text.trimStart().length);
  return line + space.split('\n').length - 1;
}
