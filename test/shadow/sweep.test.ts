import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bornAt, readMark, standInMadeAt } from '../../src/shadow/names.ts';
import type { ShadowServer } from '../../src/shadow/shadow-server.ts';
import { dropLogin, dropShadowDatabase } from '../../src/shadow/sweep.ts';
import { migration, openTestShadow, withBaseline } from './bench.ts';
import { asSuperuser, nameOf } from '../support/shadow-scene.ts';

let server: ShadowServer;
beforeAll(async () => void (server = await openTestShadow()));
afterAll(() => server.close());

const hour = 3600;
const nowSeconds = Math.floor(Date.now() / 1000);
const chance = (): string => randomUUID().replaceAll('-', '').slice(0, 12);

async function rolesLike(part: string): Promise<readonly string[]> {
  const rows = await asSuperuser<{ name: string }>(
    `SELECT rolname::text AS name FROM pg_roles WHERE rolname LIKE '%${part}%' ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}

/** Makes roles as the administrator, each with a comment or none, and drops what is left of them afterwards. */
async function withRoles(
  roles: Readonly<Record<string, string | null>>,
  work: () => Promise<void>,
): Promise<void> {
  for (const [name, comment] of Object.entries(roles)) {
    await server.admin.query(`CREATE ROLE "${name}"`);
    if (comment !== null) await server.admin.query(`COMMENT ON ROLE "${name}" IS '${comment}'`);
  }
  try {
    await work();
  } finally {
    for (const name of Object.keys(roles)) await asSuperuser(`DROP ROLE IF EXISTS "${name}"`);
  }
}

describe('the sweep of logins', () => {
  it('drops those that are old, named like ours and marked as ours, and no other', async () => {
    const id = chance();
    const names = {
      leftover: `tidegate_shadow_clone_${nowSeconds - 3 * hour}_${id}a`,
      unmarked: `tidegate_shadow_clone_${nowSeconds - 3 * hour}_${id}b`,
      fresh: `tidegate_shadow_clone_${nowSeconds}_${id}c`,
      foreign: `tidegate_shadow_${id}`,
    };
    const mark = 'tidegate shadow login';
    const roles = {
      [names.leftover]: mark,
      [names.unmarked]: null,
      [names.fresh]: mark,
      [names.foreign]: mark,
    };
    await withRoles(roles, async () => {
      await server.sweep();
      expect(await rolesLike(id)).toEqual([names.unmarked, names.fresh, names.foreign].toSorted());
    });
  });

  it('leaves a plan that is under way alone', async () => {
    await withBaseline(server, [], async (session) => {
      const name = await nameOf(session);
      await server.sweep();
      const step = await migration({ name: '1_a', up: 'CREATE TABLE a ();' });
      expect((await session.step(step, 'up')).problem).toBeNull();
      expect(await rolesLike(name)).toEqual([name]);
    });
  });
});

describe('the sweep of roles that migrations name', () => {
  it('drops those that are old, marked and held to by nothing', async () => {
    const id = chance();
    const mark = (hours: number): string =>
      `tidegate shadow: a role that migrations name, made ${nowSeconds - hours * hour}`;
    const roles = {
      [`${id}_old`]: mark(25),
      [`${id}_young`]: mark(23),
      [`${id}_own`]: null,
      [`${id}_alike`]: 'tidegate shadow: a role that migrations name, made long ago',
      [`${id}_used`]: mark(25),
    };
    await withRoles(roles, async () => {
      await asSuperuser(`GRANT CREATE ON DATABASE postgres TO "${id}_used"`);
      await server.sweep();
      expect(await rolesLike(id)).toEqual([`${id}_alike`, `${id}_own`, `${id}_used`, `${id}_young`]);
      await asSuperuser(`REVOKE CREATE ON DATABASE postgres FROM "${id}_used"`);
    });
  });
});

describe('what is not ours by its name', () => {
  it.each([
    'postgres',
    'template1',
    'shop',
    'tidegate',
    'tidegate_shadow_clone_1',
    'tidegate_shadow_clone_x_a',
    'xtidegate_shadow_clone_1_a',
    "tidegate_shadow_clone_1_a'; --",
  ])('is never dropped: %s', async (name) => {
    expect(bornAt(name)).toBeNull();
    await expect(dropShadowDatabase(server.admin, name)).rejects.toThrow(
      'Expected the name of a shadow database',
    );
    await expect(dropLogin(server.admin, name)).rejects.toThrow('Expected the name of a shadow login');
  });

  it.each([
    null,
    '',
    'tidegate',
    'tidegate shadow clone ',
    'tidegate shadow baseline abc used 1',
    'Tidegate shadow clone',
  ])('carries no mark: %j', (comment) => {
    expect(readMark(comment)).toBeNull();
    expect(standInMadeAt(comment)).toBeNull();
  });
});
