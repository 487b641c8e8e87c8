import { describe, expect, it } from 'vitest';
import { clientEnvironment } from '../../src/database/target/client-environment.ts';

const own = { PGCONNECT_TIMEOUT: '15', PGAPPNAME: 'tidegate' };

describe('a URL as the environment of a PostgreSQL program', () => {
  it('keeps every part, decoded', () => {
    expect(clientEnvironment('postgres://a%40b:p%2Fw%20d@db.example:6000/sh%20op')).toEqual({
      ...own,
      PGHOST: 'db.example',
      PGPORT: '6000',
      PGUSER: 'a@b',
      PGPASSWORD: 'p/w d',
      PGDATABASE: 'sh op',
    });
    expect(clientEnvironment('postgres://[::1]/x?options=-c%20role%3Dapp')).toEqual({
      ...own,
      PGHOST: '::1',
      PGDATABASE: 'x',
      PGOPTIONS: '-c role=app',
    });
    expect(clientEnvironment('postgres:///x?host=/run/postgresql&user=ada')).toEqual({
      ...own,
      PGHOST: '/run/postgresql',
      PGUSER: 'ada',
      PGDATABASE: 'x',
    });
  });

  it.each([
    ['', {}],
    ['?sslmode=disable', { PGSSLMODE: 'disable' }],
    ['?sslmode=no-verify', { PGSSLMODE: 'require' }],
    ['?ssl=true', { PGSSLMODE: 'verify-full', PGSSLROOTCERT: 'system' }],
    ['?sslmode=require', { PGSSLMODE: 'verify-full', PGSSLROOTCERT: 'system' }],
    ['?sslmode=verify-full&sslrootcert=/ca.pem', { PGSSLMODE: 'verify-full', PGSSLROOTCERT: '/ca.pem' }],
    ['?sslmode=require&uselibpqcompat=true', { PGSSLMODE: 'require' }],
  ])('trusts a server no more readily than the driver does: %s', (query, expected) => {
    const { PGHOST, PGDATABASE, ...rest } = clientEnvironment(`postgres://db/x${query}`);
    expect({ PGHOST, PGDATABASE, rest }).toEqual({
      PGHOST: 'db',
      PGDATABASE: 'x',
      rest: { ...own, ...expected },
    });
  });
});
