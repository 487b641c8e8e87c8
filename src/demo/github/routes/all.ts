import type { Route } from '../http/route.ts';
import { activityRoutes } from './activity-routes.ts';
import { accountRoutes } from './account-routes.ts';
import { appRoutes } from './app-routes.ts';
import { checkRoutes } from './check-routes.ts';
import { commitRoutes } from './commit-routes.ts';
import { contentRoutes } from './content-routes.ts';
import { deploymentRoutes } from './deployment-routes.ts';
import { gitRoutes } from './git-routes.ts';
import { issueRoutes } from './issue-routes.ts';
import { pullRoutes } from './pull-routes.ts';
import { repositoryRoutes } from './repository-routes.ts';
import { reviewRoutes } from './review-routes.ts';
import { rulesetRoutes } from './ruleset-routes.ts';

/** Every REST route of the simulated GitHub, with the permission it needs. */
export const ALL_ROUTES: readonly Route[] = [
  ...appRoutes,
  ...accountRoutes,
  ...repositoryRoutes,
  ...rulesetRoutes,
  ...activityRoutes,
  ...gitRoutes,
  ...contentRoutes,
  ...commitRoutes,
  ...pullRoutes,
  ...reviewRoutes,
  ...issueRoutes,
  ...checkRoutes,
  ...deploymentRoutes,
];
