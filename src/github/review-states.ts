import type { Review } from '../domain/gate.ts';

/** GitHub's states of reviews; what is not here is a draft. */
export const reviewStates: Readonly<Record<string, Review['state']>> = {
  APPROVED: 'approved',
  CHANGES_REQUESTED: 'changes-requested',
  COMMENTED: 'commented',
  DISMISSED: 'dismissed',
};
