/** Stands in for node:path inside the sandbox: node-pg-migrate's builder imports it and never calls it. */
export function extname(): never {
  throw new Error('node:path is not available in migrations');
}
