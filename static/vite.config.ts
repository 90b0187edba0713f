import { defineConfig } from "vite";

// Bundles land in dist/ with a manifest that django-vite reads; Django serves dist/ and public/ under /static/.
export default defineConfig({
  base: "/static/",
  publicDir: false,
  build: {
    outDir: "dist",
    emptyOutDir: true,
    manifest: "manifest.json",
    target: ["chrome108", "safari16", "firefox110"],
    cssCodeSplit: true,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: ["src/main.ts", "src/styles/app.css", "src/styles/editor.css", "src/styles/meetings.css", "src/styles/briefings.css", "src/styles/door.css", "src/styles/board.css", "src/styles/roster.css", "src/styles/video.css", "src/styles/handling.css", "src/styles/versions.css", "src/styles/setup.css", "src/styles/phrases.css", "src/styles/center.css", "src/islands/body-editor.ts"],
    },
  },
  test: { environment: "jsdom", include: ["src/**/*.test.ts"], pool: "threads", isolate: false }, // one page for all: making one takes seconds
} as Parameters<typeof defineConfig>[0]);
