// Builds the interpreter alone, for node: `node build_interpreter.mjs FOLDER` writes FOLDER/interpreter.js.

import { fileURLToPath } from "node:url";
import { build } from "vite";

await build({
  root: fileURLToPath(new URL("..", import.meta.url)),
  configFile: false,
  logLevel: "warn",
  build: {
    target: "es2022",
    outDir: process.argv[2],
    emptyOutDir: false,
    rolldownOptions: { output: { minify: true } },
    lib: { entry: "src/interpreter/all.ts", formats: ["es"], fileName: () => "interpreter.js" },
  },
});
