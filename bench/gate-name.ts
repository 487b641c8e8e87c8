/** The suite, and its one case. */
export const gateName = 'gate';
