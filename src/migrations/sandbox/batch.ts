import type { ChildHandle, TaskOptions } from './child-process.ts';
import type { SandboxKind } from './program.ts';
import type { Sandbox } from './sandbox.ts';
import type { Shape } from '../shapes.ts';

export type TaskOutcome<Answer> =
  | { readonly kind: 'answered'; readonly answer: Answer }
  | { readonly kind: 'stopped'; readonly why: 'deadline' | 'ended' | 'nonsense' };

/** Children of one kind for one batch of work: at most one at a time, started when needed, all ended by close. */
export interface SandboxBatch<Answer> {
  /** Does one task. Never throws for what the child does; throws the signal's reason where it was aborted. */
  run(task: unknown, options: TaskOptions): Promise<TaskOutcome<Answer>>;
  /** Ends the present child; the next task gets another. */
  renew(): void;
  close(): void;
  /** What is worth saying about how the children ran; null also where none did. */
  note(): string | null;
}

/** Opens a batch. Nothing is started before the first task. */
export function openBatch<Answer>(
  sandbox: Sandbox,
  kind: SandboxKind,
  answer: Shape<Answer>,
  signal?: AbortSignal,
): SandboxBatch<Answer> {
  let child: ChildHandle | null = null;
  let note: string | null = null;
  const renew = (): void => {
    child?.end();
    child = null;
  };
  return {
    async run(task, options) {
      signal?.throwIfAborted();
      child ??= await sandbox.take(kind);
      ({ note } = child);
      const reply = await child.do(task, options, signal);
      signal?.throwIfAborted();
      if (reply.kind === 'stopped') renew();
      if (reply.kind === 'stopped') return reply;
      const checked = (await answer()).safeParse(reply.value);
      if (checked.success) return { kind: 'answered', answer: checked.data };
      renew();
      return { kind: 'stopped', why: 'nonsense' };
    },
    renew,
    note: () => note,
    close: renew,
  };
}
