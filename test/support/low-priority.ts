import { constants, setPriority } from 'node:os';

/** Lets other processes go first, from now on, before this one and those that it starts. A file calls it for its own process. */
export function yieldToOthers(): void {
  setPriority(constants.priority.PRIORITY_LOW);
}
