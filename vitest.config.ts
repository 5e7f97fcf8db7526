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
          testTimeout: 180_000,
        },
      },
    ],
  },
});
