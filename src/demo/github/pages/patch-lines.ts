export interface PatchLine {
  readonly kind: 'context' | 'add' | 'del' | 'hunk' | 'note';
  /** Line numbers before and after; null where the line is not there. */
  readonly before: number | null;
  readonly after: number | null;
  readonly text: string;
}

/** The lines of a unified diff of one file, as git and the API give it from the first `@@` on. */
export function patchLines(patch: string): PatchLine[] {
  let before = 0;
  let after = 0;
  return patch.split('\n').map((line) => {
    const text = line.slice(1);
    const start = /^@@ -(\d+)(?:,\d+)? \+(\d+)/.exec(line);
    if (start !== null) {
      before = Number(start[1]);
      after = Number(start[2]);
      return { kind: 'hunk', before: null, after: null, text: line };
    }
    switch (line.charAt(0)) {
      case '+':
        return { kind: 'add', before: null, after: after++, text };
      case '-':
        return { kind: 'del', before: before++, after: null, text };
      case '\\':
        return { kind: 'note', before: null, after: null, text: line.slice(2) };
      default:
        return { kind: 'context', before: before++, after: after++, text };
    }
  });
}
