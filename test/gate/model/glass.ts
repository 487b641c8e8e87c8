import { answer, isOf, type Answer } from './answer.ts';
import { wouldRun, type Scene } from './scene.ts';

/** What the model says where the glass that counts is to be found first: of this very plan, by who still may. */
export function judged(scene: Scene): Answer {
  const { glass = [] } = scene;
  const standing = glass.find(({ by, of }) => of === wouldRun(scene) && mayBreak(by, scene));
  return answer({ ...scene, brokeGlass: standing?.by ?? null });
}

/**
 * Whether `/apply --now` by them is taken: they are among those whom the policy names, and nothing but the want of
 * approvals is in the way.
 */
export function isGlassTaken(by: string, scene: Scene): boolean {
  const { is, why } = judged(scene);
  return is === 'forbidden' && ['too few', 'changes requested'].includes(why) && mayBreak(by, scene);
}

/** The scene once somebody had it let through. */
export function withGlass(scene: Scene, by: string): Scene {
  return { ...scene, glass: [...(scene.glass ?? []), { by, of: wouldRun(scene) }] };
}

function mayBreak(login: string, scene: Scene): boolean {
  const names = scene.written[scene.base]?.policy.break_glass?.from ?? [];
  return names.some((name) => isOf(login, name, scene));
}
