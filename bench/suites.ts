import type { Suite } from './scene.ts';
import { environmentsSuite } from './suites/environments.ts';
import { gateSuite } from './suites/gate.ts';
import { loadSuite } from './suites/load.ts';
import { planSuite } from './suites/plan.ts';
import { profileSuite } from './suites/profile.ts';

/** All that `npm run bench` measures, in this order. */
export const suites: readonly Suite[] = [planSuite, profileSuite, loadSuite, gateSuite, environmentsSuite];
