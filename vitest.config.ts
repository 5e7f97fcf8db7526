import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// A limit only ends what hangs: several times what a test takes where it is alone.
const common = { testTimeout: 120_000, hookTimeout: 240_000 } as const;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...common,
          name: 'plain',
          include: ['test/**/*.test.ts'],
          exclude: ['**/*.kafka.test.ts'],
          // By default one core is left idle: of two, one would be used. Most a container may use of the many that it sees, in time and in memory.
          maxWorkers: Math.min(availableParallelism(), 4),
        },
      },
      {
        // Begins with a broker, and says at the end if there could be none.
        test: {
          ...common,
          name: 'kafka',
          include: ['test/**/*.kafka.test.ts'],
          globalSetup: ['test/support/kafka/shared-broker.ts'],
          // After the others, one file at a time: brokers and live services want the processor to themselves.
          sequence: { groupOrder: 1 },
          maxWorkers: 1,
          // Limits are for what hangs: a slow machine with busy neighbours takes ten times as long.
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
