import { readFileSync } from "node:fs";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

/** Where a system runs while the console is worked on; `cargo local up` says its address. */
const system = process.env.SIGHT_URL ?? "http://127.0.0.1:8080";

/** The API's description is too large to be loaded; what of it is a value, and no type, is set when it is built. */
const { components } = JSON.parse(
  readFileSync(new URL("./openapi.json", import.meta.url), "utf8"),
) as { components: { schemas: { ExportFormat: { enum: string[] } } } };

export default defineConfig({
  define: { __EXPORT_FORMATS__: JSON.stringify(components.schemas.ExportFormat.enum) },
  plugins: [react(), tailwindcss()],
  resolve: { alias: { "@": new URL("./src", import.meta.url).pathname } },
  build: {
    target: "es2022",
    // the strict policy of our pages allows no data: scripts or styles
    assetsInlineLimit: 0,
    manifest: "manifest.json",
    modulePreload: { polyfill: false },
  },
  server: { proxy: { "/api": { target: system, ws: true }, "/static": system } },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.{ts,tsx}"],
    restoreMocks: true,
    // a test waits for what it needs, on a machine that does much else
    testTimeout: 120_000,
  },
});
