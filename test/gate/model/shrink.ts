/**
 * The shortest part of a sequence that still fails, as far as leaving out pieces of it gets: halves first, then
 * ever smaller ones, down to single steps.
 */
export function shrink<T>(steps: readonly T[], fails: (steps: readonly T[]) => boolean): readonly T[] {
  let kept = steps;
  for (let size = Math.ceil(kept.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < kept.length;) {
      const shorter = [...kept.slice(0, at), ...kept.slice(at + size)];
      if (fails(shorter)) kept = shorter;
      else at += size;
    }
  }
  return kept;
}
