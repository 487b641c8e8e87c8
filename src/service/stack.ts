/** Things to be closed, in the reverse of the order in which they were opened. */
export class Stack {
  readonly #closers: { readonly name: string; close(): Promise<void> }[] = [];

  /** Remembers how to close something that was opened just now. */
  opened<T>(name: string, thing: T, close: (thing: T) => Promise<void>): T {
    this.#closers.push({ name, close: () => close(thing) });
    return thing;
  }

  /** Closes everything; goes on past what fails, and tells of it. */
  async close(failed: (name: string, error: unknown) => void): Promise<void> {
    for (;;) {
      const last = this.#closers.pop();
      if (last === undefined) return;
      try {
        await last.close();
      } catch (error) {
        failed(last.name, error);
      }
    }
  }
}
