import { describe, expect, it } from 'vitest';
import { environmentPolicies } from '../../src/config/environment-policies.ts';
import { parseRepositoryConfig } from '../../src/config/repository-config.ts';
import type { LeastPolicy } from '../../src/config/server-config.ts';

const anybodyWithWrite = [{ kind: 'role', role: 'write' }];
const dba = [{ kind: 'team', organisation: 'acme', slug: 'dba' }];

describe('what holds for an environment', () => {
  it.each<[string, LeastPolicy | undefined, { isProtected: boolean; required: number }]>([
    ['the server says nothing', undefined, { isProtected: true, required: 1 }],
    ['the server says unprotected', { protected: false }, { isProtected: false, required: 0 }],
    ['the server asks for no approvals', { approvals: 0 }, { isProtected: false, required: 0 }],
    ['the server asks for two', { approvals: 2 }, { isProtected: true, required: 2 }],
  ])('without a repository file, where %s', (_case, least, { isProtected, required }) => {
    const floor = least === undefined ? {} : { least };
    expect(environmentPolicies(null, [{ environment: 'prod', ...floor }])).toEqual([
      {
        name: 'prod',
        branch: 'prod',
        protected: isProtected,
        promotesFrom: null,
        approvals: { required, from: anybodyWithWrite },
        rollback: { required: isProtected ? 1 : 0, from: anybodyWithWrite },
      },
    ]);
  });

  it.each<[string, string, LeastPolicy, { isProtected: boolean; required: number; rollback: number }]>([
    [
      'opens what the server protects',
      'protected: false',
      { protected: true },
      { isProtected: true, required: 1, rollback: 1 },
    ],
    [
      'asks for less than the server',
      'approvals: { required: 1 }, rollback: { approvals: 0 }',
      { approvals: 2 },
      { isProtected: true, required: 2, rollback: 1 },
    ],
    [
      'asks for more than the server',
      'approvals: { required: 3 }',
      { approvals: 2 },
      { isProtected: true, required: 3, rollback: 1 },
    ],
    [
      'protects what the server leaves open',
      'approvals: { required: 1 }',
      { protected: false },
      { isProtected: true, required: 1, rollback: 1 },
    ],
  ])('with a file that %s', (_case, written, least, { isProtected, required, rollback }) => {
    const config = parseRepositoryConfig(`version: 1\nenvironments: { prod: { ${written} } }`, 'file');
    const [policy] = environmentPolicies(config, [{ environment: 'prod', least }]);
    expect(policy).toMatchObject({
      protected: isProtected,
      approvals: { required, from: anybodyWithWrite },
      rollback: { required: rollback },
    });
  });

  it('keeps who approves when the floor raises how many', () => {
    const written = "version: 1\nenvironments: { prod: { approvals: { from: ['@acme/dba'] } } }";
    const config = parseRepositoryConfig(written, 'file');
    const [policy] = environmentPolicies(config, [{ environment: 'prod', least: { approvals: 2 } }]);
    expect(policy?.approvals).toEqual({ required: 2, from: dba });
  });

  it('keeps environments without a database and leaves out databases that the file does not name', () => {
    const config = parseRepositoryConfig('version: 1\nenvironments: { dev: {}, qa: {} }', 'file');
    const policies = environmentPolicies(config, [{ environment: 'qa' }, { environment: 'prod' }]);
    expect(policies.map(({ name }) => name)).toEqual(['dev', 'qa']);
  });

  it('is as without a file where the file names no environments', () => {
    const config = parseRepositoryConfig('version: 1\nmigrations: { directory: db }', 'file');
    const databases = [{ environment: 'prod' }];
    expect(environmentPolicies(config, databases)).toEqual(environmentPolicies(null, databases));
  });
});
