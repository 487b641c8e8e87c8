/** CODEOWNERS of the default branch, and what each of its lines means; the last that fits a path holds. */
export const codeOwners = `# Who answers for what.
migrations/ @acme/dba
migrations/*payments* @acme/payments @Max
migrations/*_free_*
`;

const meant: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^migrations\//, ['@acme/dba']],
  [/^migrations\/[^/]*payments/, ['@acme/payments', 'max']],
  [/^migrations\/[^/]*_free_/, []],
];

/** Who has a say about a path as an owner: where nobody owns it, an administrator. */
export function ownersAt(path: string): readonly string[] {
  const owners = meant.findLast(([fits]) => fits.test(path))?.[1] ?? [];
  return owners.length === 0 ? ['role:admin'] : owners;
}
