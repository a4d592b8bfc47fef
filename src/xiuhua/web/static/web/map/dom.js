// Elements by hand: tag, attributes, children. Text is always text, never markup.

/**
 * @param {string} tag
 * @param {Record<string, any>} [attributes] "on…" adds a listener; true writes an empty attribute; null leaves it out
 * @param {...(Node|string|null|undefined|false)} children
 * @returns {HTMLElement}
 */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** Fill the {names} of a text. */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_all, name) => String(values[name]));
}

/** A swatch for the legend: an inline drawing of a fill, a line or a dot. */
export function swatch(kind, colour, edge = colour, dash = "", width = 2) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 14");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("swatch");
  const add = (tag, attributes) => {
    const shape = document.createElementNS(space, tag);
    for (const [name, value] of Object.entries(attributes)) shape.setAttribute(name, value);
    svg.append(shape);
  };
  if (kind === "fill") add("rect", { x: 2, y: 1, width: 20, height: 12, rx: 2, fill: colour, stroke: edge });
  else if (kind === "dot") add("circle", { cx: 12, cy: 7, r: 4.5, fill: colour, stroke: edge, "stroke-width": 1.5 });
  else {
    if (edge !== colour) add("line", { x1: 1, y1: 7, x2: 23, y2: 7, stroke: edge, "stroke-width": 7 });
    add("line", { x1: 1, y1: 7, x2: 23, y2: 7, stroke: colour, "stroke-width": edge === colour ? width : 4.5, "stroke-dasharray": dash });
  }
  return svg;
}
