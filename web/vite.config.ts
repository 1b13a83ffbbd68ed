import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

// One ES module and one style sheet, for whygrad's Python side to put into its pages; `--mode more` builds the script
// with the primitives that not every page needs.
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
      mode === "more"
        ? { input: "src/interpreter/more.ts", output: { format: "iife", entryFileNames: "more.js" } }
        : {
            input: "src/main.ts",
            preserveEntrySignatures: "strict",
            output: { format: "es", entryFileNames: "page.js", assetFileNames: "page[extname]" },
          },
  },
  test: { include: ["tests/**/*.test.ts"], environment: "node" },
}));
