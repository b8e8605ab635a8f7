import { defineConfig } from "vitest/config";

/* Hashed files and their manifest for django-vite; the pages name the entries by these paths. */
export default defineConfig({
  root: import.meta.dirname,
  base: "/static/",
  publicDir: "frontend/public",
  build: {
    outDir: "web/static_build",
    emptyOutDir: true,
    assetsDir: "assets",
    manifest: "manifest.json",
    target: "es2022",
    cssTarget: ["chrome125", "firefox128", "safari17.5"],
    chunkSizeWarningLimit: 700,
    assetsInlineLimit: (path) => (path.endsWith(".woff2") ? false : undefined),
    rolldownOptions: { input: ["frontend/src/app.ts"] },
  },
  test: { environment: "happy-dom", include: ["frontend/tests/**/*.test.ts"] },
});
