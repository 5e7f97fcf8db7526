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
          globalSetup: ['test/kafka/shared-broker.ts'],
          // After the others, one file at a time: brokers and live services want the processor to themselves.
          sequence: { groupOrder: 1 },
          maxWorkers: 1,
          testTimeout: 180_000,
        },
      },
    ],
  },
});
