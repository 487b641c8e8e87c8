/**
 * How many seats can be taken when nobody takes two. `candidates` holds for each seat who may take it, by number.
 * Kuhn's algorithm: a seat that finds all its candidates seated asks each of them to move to another.
 */
export function mostSeats(candidates: readonly (readonly number[])[]): number {
  const seatOf = new Map<number, number>();
  const seat = (at: number, asked: Set<number>): boolean => {
    for (const person of candidates[at] ?? []) {
      if (asked.has(person)) continue;
      asked.add(person);
      const taken = seatOf.get(person);
      if (taken === undefined || seat(taken, asked)) {
        seatOf.set(person, at);
        return true;
      }
    }
    return false;
  };
  return candidates.filter((_, at) => seat(at, new Set())).length;
}
