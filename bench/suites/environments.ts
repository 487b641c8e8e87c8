import { environmentsName, previewName } from '../environments-name.ts';
import { measurePreviews } from '../rollback-preview.ts';
import { reasonOf } from '../round-robin.ts';
import type { Suite } from '../scene.ts';

/** What environments ask for beside plans. */
export const environmentsSuite: Suite = {
  name: environmentsName,
  about: 'from `/rollback` to its preview',
  async run(scene) {
    const size = scene.isQuick ? 100 : 500;
    try {
      return { measured: [await measurePreviews(scene, size)], missed: [] };
    } catch (error) {
      scene.signal.throwIfAborted();
      const missed = { suite: environmentsName, case: previewName, size, reason: reasonOf(error) };
      return { measured: [], missed: [{ ...missed, isTooLong: false }] };
    }
  },
};
