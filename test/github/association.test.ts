import { describe, expect, it } from 'vitest';
import { isNewcomer } from '../../src/github/association.ts';

describe('an author, by the association that GitHub gives', () => {
  it.each(['NONE', 'FIRST_TIMER', 'FIRST_TIME_CONTRIBUTOR', 'MANNEQUIN'])(
    '%s is a newcomer',
    (association) => {
      expect(isNewcomer(association)).toBe(true);
    },
  );

  it.each(['OWNER', 'MEMBER', 'COLLABORATOR', 'CONTRIBUTOR'])('%s is none', (association) => {
    expect(isNewcomer(association)).toBe(false);
  });
});
