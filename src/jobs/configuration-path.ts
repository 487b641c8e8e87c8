/** Where a repository says how it wants to be planned and gated. */
export const configurationPath = '.github/tidegate.yml';
