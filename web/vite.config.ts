import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

/** All state of the page is raw (`$state.raw`, or a single word or number): Svelte's proxies for deep state stay out of the bundle. */
const rawState = {
  name: "raw-state",
  enforce: "pre" as const,
  transform(code: string, id: string) {
    if (/\/src\/.*\.svelte(\.ts)?$/.test(id) && /\$state(<[^(]*>)?\(\s*[[{]/.test(code)) throw new Error(`${id}: $state of an object or a list; use $state.raw`);
    if (id.includes("svelte/src/internal/client/proxy.js")) return "export const proxy = (value) => value; export const get_proxied_value = proxy; export const is = Object.is;";
  },
};

// One ES module and one style sheet, for whygrad's Python side to put into its pages; `--mode more` builds the script
// with the primitives that not every page needs.
export default defineConfig(({ mode }) => ({
  plugins: [rawState, svelte()],
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
