import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

/** Modules of Svelte for what the page does not do, and what stands in their place. */
const UNUSED: Record<string, string> = {
  // Deep state: all state is raw (`$state.raw`, or a single word or number).
  "client/proxy.js": "export const proxy = (value) => value; export const get_proxied_value = proxy; export const is = Object.is;",
  // Markup that a server rendered: the page is always made in the browser.
  "client/dom/hydration.js": `
    export const hydrating = false, hydrate_node = null;
    const nothing = () => {};
    export { nothing as set_hydrating, nothing as set_hydrate_node, nothing as hydrate_next, nothing as reset, nothing as hydrate_template };
    export { nothing as next, nothing as remove_nodes, nothing as read_hydration_instruction };`,
  // Components as Svelte 4 knew them.
  "flags/index.js": `
    export const legacy_mode_flag = false, tracing_mode_flag = false;
    export const enable_legacy_mode_flag = () => {}, enable_tracing_mode_flag = enable_legacy_mode_flag;`,
};

const withoutUnused = {
  name: "without-unused",
  enforce: "pre" as const,
  transform(code: string, id: string) {
    if (/\/src\/.*\.svelte(\.ts)?$/.test(id) && /\$state(<[^(]*>)?\(\s*[[{]/.test(code)) throw new Error(`${id}: $state of an object or a list; use $state.raw`);
    return UNUSED[id.split("svelte/src/internal/")[1]];
  },
};

// One ES module and one style sheet, for whygrad's Python side to put into its pages; `--mode more` builds the script
// with the primitives that not every page needs.
export default defineConfig(({ mode }) => ({
  plugins: [withoutUnused, svelte()],
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
