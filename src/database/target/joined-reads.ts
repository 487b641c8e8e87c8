/** Reads what a key names; calls `begins` just before it looks. */
export type Read<T> = (begins: () => void) => Promise<T>;

/**
 * Lets those who ask for the same share one read as long as it has not begun to look: what it then finds is as new as
 * what a read of their own would find. Who asks after that gets another. An error is everybody's who shared.
 */
export function joinedReads<T>(): (key: string, read: Read<T>) => Promise<T> {
  const open = new Map<string, Promise<T>>();
  return (key, read) => {
    const known = open.get(key);
    if (known !== undefined) return known;
    const close = (): void => {
      if (open.get(key) === own) open.delete(key);
    };
    // Not before `own` stands in the map, where its key may be taken out again.
    const own: Promise<T> = Promise.resolve()
      .then(() => read(close))
      .finally(close);
    open.set(key, own);
    return own;
  };
}
