import { reveal } from './escape/reveal.ts';

/** A heading and what stands below it in one code block. */
export interface CodeGroup {
  readonly heading: string;
  /** A sentence between heading and code; empty for none. */
  readonly note: string;
  /** Whole statements or whole objects: a cut falls between two, never inside one. */
  readonly pieces: readonly string[];
}

export interface CodeBlock {
  readonly heading: string;
  readonly note: string;
  readonly code: string;
}

export interface CodeSection {
  readonly blocks: readonly CodeBlock[];
  /** How many pieces are not shown. */
  readonly left: number;
}

/** The groups from the start, as many whole pieces as go into `room` bytes. */
export function cutToRoom(groups: readonly CodeGroup[], room: number): CodeSection {
  const blocks: CodeBlock[] = [];
  let used = 0;
  let left = 0;
  for (const group of groups) {
    used += groupBytes(group);
    let shown = 0;
    for (const piece of group.pieces) {
      used += pieceBytes(piece);
      if (used > room) break;
      shown += 1;
    }
    left += group.pieces.length - shown;
    if (shown > 0 || (group.pieces.length === 0 && used <= room)) blocks.push(blockOf(group, shown));
  }
  return { blocks, left };
}

function blockOf({ heading, note, pieces }: CodeGroup, shown: number): CodeBlock {
  return { heading, note, code: pieces.slice(0, shown).join('\n\n') };
}

/** Bytes that the groups would take whole. */
export function sectionBytes(groups: readonly CodeGroup[]): number {
  return groups.reduce((sum, group) => sum + groupBytes(group) + bytesOf(group.pieces), 0);
}

const fenceBytes = 24;

function groupBytes({ heading, note }: CodeGroup): number {
  return Buffer.byteLength(heading) + Buffer.byteLength(note) + fenceBytes;
}

function bytesOf(pieces: readonly string[]): number {
  return pieces.reduce((sum, piece) => sum + pieceBytes(piece), 0);
}

function pieceBytes(piece: string): number {
  return Buffer.byteLength(reveal(piece)) + 2;
}
