/** Entry of the child that splits SQL: PostgreSQL's parser as WebAssembly, away from the app's own process. */
import { splitTexts } from '../split-texts.ts';
import { serve } from './child.ts';
import type { SplitTask } from './protocol.ts';

await serve((task) => splitTexts(task as SplitTask));
