import { defineConfig } from "vitest/config";

/** The walk is one test after another in one browser; each waits for what it needs, as long as that takes. */
export default defineConfig({
  test: {
    include: ["e2e/*.walk.ts"],
    environment: "node",
    testTimeout: 240_000,
    hookTimeout: 240_000,
    fileParallelism: false,
    bail: 1,
  },
});
