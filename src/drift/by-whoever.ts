/**
 * The role that owns what migrations make has a name of our own in the catalog; where it runs, it is whoever runs it. An
 * extension is of the version that the server brings: which one is no difference, and another server has no other.
 */
export function byWhoever(sql: string): string {
  return sql
    .replace(/^ALTER DEFAULT PRIVILEGES FOR ROLE base_owner\b/, 'ALTER DEFAULT PRIVILEGES')
    .replace(/^((?:CREATE|DROP) USER MAPPING FOR) base_owner\b/, '$1 CURRENT_USER')
    .replace(/ (TO|FROM) base_owner( WITH GRANT OPTION)?$/, ' $1 CURRENT_USER$2')
    .replace(/^(CREATE EXTENSION .*) VERSION '[^']*'$/, '$1');
}
