export default {
  compilerOptions: {
    runes: true,
    discloseVersion: false,
    // Short names of scoped classes (every element carries one), the same wherever the page is built.
    cssHash: ({ hash, filename }) => `W${hash(filename.replace(/.*\/src\//, "")).slice(0, 3)}`,
  },
};
