import type { Message } from '../../broker/message.ts';
import type { World } from './world.ts';

/** What an actor waits for: time to pass, or one of some events about its user, for as long as its patience lasts. */
export type Wait =
  | { readonly kind: 'sleep'; readonly ms: number }
  | { readonly kind: 'reply'; readonly matches: (event: Message) => boolean; readonly patienceMs: number };

/**
 * What an actor does, step by step: a generator that yields waits. `yield* sleep(ms)` continues after that time.
 * `yield* reply(...)` continues with the event, or with undefined when the patience is over.
 */
export type Behaviour<Result = void> = Generator<Wait, Result, Message | undefined>;

export function* sleep(ms: number): Behaviour {
  yield { kind: 'sleep', ms };
}

export function* reply(matches: (event: Message) => boolean, patienceMs: number): Behaviour<Message | undefined> {
  return yield { kind: 'reply', matches, patienceMs };
}

/** Whose behaviour runs in which world, and what else sees the events about that user. */
export type ProcessOptions = {
  readonly world: World;
  readonly userId: string;
  /** Sees every event about the user, whether it is waited for or not. */
  readonly observe: (event: Message) => void;
};

/** Runs a behaviour in the world until it ends. */
export function runProcess(behaviour: Behaviour, { world, userId, observe }: ProcessOptions): void {
  let waiting: Wait | undefined;
  const leave = world.listen(userId, event => {
    observe(event);
    if (waiting?.kind === 'reply' && waiting.matches(event)) resume(event);
  });
  function resume(value: Message | undefined): void {
    waiting = undefined;
    const step = behaviour.next(value);
    if (step.done) {
      leave();
      return;
    }
    const wait = step.value;
    waiting = wait;
    const delayMs = wait.kind === 'sleep' ? wait.ms : wait.patienceMs;
    world.at(world.nowMs() + Math.max(1, Math.round(delayMs)), () => {
      if (waiting === wait) resume(undefined);
    });
  }
  resume(undefined);
}
