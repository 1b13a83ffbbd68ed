// A drawing of the page as a file of its own: SVG with its colours written out, since a file has no style sheet.

const KEPT = /^(fill|stroke|font-(family|size|weight|style)|text-anchor|paint-order|opacity|dominant-baseline|visibility|display)/;

/** The drawing as SVG text, as it looks now. */
export function svgText(drawing: SVGSVGElement): string {
  const copy = drawing.cloneNode(true) as SVGSVGElement;
  const from = [drawing, ...drawing.querySelectorAll("*")];
  const to = [copy, ...copy.querySelectorAll("*")];
  const kept = [...getComputedStyle(drawing)].filter((name) => KEPT.test(name));
  from.forEach((element, i) => {
    const computed = getComputedStyle(element);
    for (const name of kept) {
      const value = computed.getPropertyValue(name);
      if (value !== "normal") to[i].setAttribute(name, value);
    }
    to[i].removeAttribute("class");
    to[i].removeAttribute("tabindex");
  });
  const { clientWidth: width, clientHeight: height } = drawing;
  for (const [name, value] of Object.entries({ xmlns: "http://www.w3.org/2000/svg", viewBox: copy.getAttribute("viewBox") ?? `0 0 ${width} ${height}`, width, height })) copy.setAttribute(name, String(value));
  const paper = getComputedStyle(drawing.closest(".whygrad")!).getPropertyValue("--paper");
  copy.insertAdjacentHTML("afterbegin", `<rect width="100%" height="100%" fill="${paper}"/>`);
  return new XMLSerializer().serializeToString(copy);
}

/** Offers the drawing as a download. */
export function saveSvg(drawing: SVGSVGElement, title: string): void {
  const url = URL.createObjectURL(new Blob([svgText(drawing)], { type: "image/svg+xml" }));
  const anchor = document.createElement("a");
  anchor.href = url;
  anchor.download = `${title.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "") || "picture"}.svg`;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
