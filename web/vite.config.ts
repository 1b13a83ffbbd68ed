import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

// One ES module and one style sheet, for whygrad's Python side to put into its pages; `--mode rare` builds the script
// with the rare primitives.
export default defineConfig(({ mode }) => ({
  plugins: [svelte()],
  build: {
    target: "es2022",
    outDir: process.env.WHYGRAD_PAGE_OUT ?? "../src/whygrad/explaining/static",
    emptyOutDir: false,
    modulePreload: { polyfill: false },
    cssCodeSplit: false,
    reportCompressedSize: false,
    rolldownOptions:
      mode === "rare"
        ? { input: "src/interpreter/rare.ts", output: { format: "iife", entryFileNames: "rare.js" } }
        : {
            input: "src/main.ts",
            preserveEntrySignatures: "strict",
            output: { format: "es", entryFileNames: "page.js", assetFileNames: "page[extname]" },
          },
  },
  test: { include: ["tests/**/*.test.ts"], environment: "node" },
}));
