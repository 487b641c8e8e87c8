/** A stretch of time in which something was under way, in milliseconds since some start. */
export interface Stretch {
  readonly what: string;
  readonly from: number;
  readonly to: number;
}

/**
 * How long each kind of work was what was under way, where several at once count as the one that `order` names
 * first. What is left of `from` to `to` counts as `rest`. All together it is exactly that time.
 */
export function shares(
  stretches: readonly Stretch[],
  order: readonly string[],
  { from, to, rest }: { readonly from: number; readonly to: number; readonly rest: string },
): ReadonlyMap<string, number> {
  const edges = [from, to, ...stretches.flatMap((one) => [one.from, one.to])]
    .filter((edge) => edge >= from && edge <= to)
    .toSorted((a, b) => a - b);
  const found = new Map([...order, rest].map((what): [string, number] => [what, 0]));
  for (const [at, start] of edges.entries()) {
    const end = edges[at + 1];
    if (end === undefined) break;
    const under = stretches.filter((one) => one.from <= start && one.to >= end);
    const what = order.find((name) => under.some((one) => one.what === name)) ?? rest;
    found.set(what, (found.get(what) ?? 0) + end - start);
  }
  return found;
}
