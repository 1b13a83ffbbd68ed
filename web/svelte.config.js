// Short names for scoped styles: they stand at every element of the bundle.
export default { compilerOptions: { runes: true, cssHash: ({ hash, css }) => `w${hash(css).slice(0, 4)}` } };
