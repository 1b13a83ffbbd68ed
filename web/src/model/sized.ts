/** An attachment: says how large the element is inside, whenever that changes. */
export const sized = (say: (width: number, height: number) => void) => (node: Element): (() => void) => {
  const observer = new ResizeObserver(() => say(node.clientWidth, node.clientHeight));
  observer.observe(node);
  return () => observer.disconnect();
};
