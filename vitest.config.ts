import { defineConfig } from 'vitest/config';

const common = { testTimeout: 60_000, hookTimeout: 120_000 } as const;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...common,
          name: 'plain',
          include: ['test/**/*.test.ts'],
          exclude: ['**/*.kafka.test.ts'],
        },
      },
      {
        // Begins with a broker, and says at the end if there could be none.
        test: {
          ...common,
          name: 'kafka',
          include: ['test/**/*.kafka.test.ts'],
          exclude: ['test/live/**'],
          globalSetup: ['test/kafka/shared-broker.ts'],
          // After the others, one file at a time: brokers and live services want the processor to themselves.
          sequence: { groupOrder: 1 },
          maxWorkers: 1,
          testTimeout: 180_000,
        },
      },
      {
        // `npm run test:live`: the shop on the wall clock, with faults. How far it comes depends on what else the machine does.
        test: {
          ...common,
          name: 'live',
          include: ['test/live/**/*.kafka.test.ts'],
          globalSetup: ['test/kafka/shared-broker.ts'],
          sequence: { groupOrder: 2 },
          maxWorkers: 1,
          testTimeout: 180_000,
        },
      },
    ],
  },
});
