/** PostgreSQL's "Connection Strings" by their parameters, and the variables that libpq's programs read for them. */
const variables: Readonly<Record<string, string>> = {
  host: 'PGHOST',
  port: 'PGPORT',
  user: 'PGUSER',
  password: 'PGPASSWORD',
  dbname: 'PGDATABASE',
  options: 'PGOPTIONS',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
  sslrootcert: 'PGSSLROOTCERT',
};

/**
 * A connection URL as the environment of a program of PostgreSQL's own. Encryption is asked for as the driver does it
 * with the same URL: `require` and `verify-ca` check the whole certificate there, which libpq calls `verify-full`.
 */
export function clientEnvironment(url: string): Readonly<Record<string, string>> {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url);
  const parts: Record<string, string> = {
    PGHOST: decoded(hostname.replace(/^\[|\]$/g, '')),
    PGPORT: port,
    PGUSER: decoded(username),
    PGPASSWORD: decoded(password),
    PGDATABASE: decoded(pathname.slice(1)),
    PGCONNECT_TIMEOUT: '15',
    PGAPPNAME: 'tidegate',
  };
  for (const [name, variable] of Object.entries(variables)) {
    const value = searchParams.get(name);
    if (value !== null) parts[variable] = value;
  }
  Object.assign(parts, encryption(searchParams));
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== ''));
}

function encryption(parameters: URLSearchParams): Readonly<Record<string, string>> {
  const mode = parameters.get('sslmode');
  if (mode === null) return parameters.get('ssl') === 'true' ? checkedWhole(parameters) : {};
  if (mode === 'disable' || parameters.get('uselibpqcompat') === 'true') return { PGSSLMODE: mode };
  if (mode === 'no-verify') return { PGSSLMODE: 'require' };
  return checkedWhole(parameters);
}

function checkedWhole(parameters: URLSearchParams): Readonly<Record<string, string>> {
  const root = parameters.get('sslrootcert') ?? 'system';
  return { PGSSLMODE: 'verify-full', PGSSLROOTCERT: root };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
