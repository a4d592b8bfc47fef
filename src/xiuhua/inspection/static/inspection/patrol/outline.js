// The outline of an object with the own position, drawn from its geometry: no map is needed for it, so no network.
import { say } from "../../casework/patrol/elements.js";

const NS = "http://www.w3.org/2000/svg";
const WIDE = 320;
const HIGH = 200;
const EDGE = 18;
const METRES = 111_320; // of a degree of latitude
const NEAR = 400; // metres within which the own position is drawn with the object
const ROUND = [5, 10, 20, 50, 100, 200, 500, 1000];

// The picture of `visit`, north up, with `position` where it is near.
export function outline(visit, position) {
  const squeeze = Math.cos((visit.lat * Math.PI) / 180);
  const flat = ([lon, lat]) => [(lon - visit.lon) * squeeze * METRES, (visit.lat - lat) * METRES];
  const lines = visit.lines.map((line) => line.map(flat));
  const own = position && flat([position.lon, position.lat]);
  const near = own && Math.hypot(...own) < NEAR + reach(lines);
  const points = [...lines.flat(), ...(near ? [own] : [])];
  const [left, right] = range(points.map(([x]) => x));
  const [top, bottom] = range(points.map(([, y]) => y));
  const scale = Math.min((WIDE - 2 * EDGE) / (right - left), (HIGH - 2 * EDGE) / (bottom - top));
  const put = ([x, y]) => [WIDE / 2 + (x - (left + right) / 2) * scale, HIGH / 2 + (y - (top + bottom) / 2) * scale];
  const drawn = draw("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, class: "outline", role: "img", "aria-label": say("i_outline", { name: visit.name }) });
  for (const line of lines) {
    if (line.length === 1) drawn.append(draw("circle", { class: "object", cx: put(line[0])[0], cy: put(line[0])[1], r: 8 }));
    else drawn.append(draw("polyline", { class: closed(line) ? "object area" : "object", points: line.map((point) => put(point).map((each) => each.toFixed(1)).join(",")).join(" ") }));
  }
  if (near) {
    const [x, y] = put(own);
    drawn.append(draw("circle", { class: "doubt", cx: x, cy: y, r: Math.max(6, position.accuracy * scale) }), draw("circle", { class: "own", cx: x, cy: y, r: 6 }));
  }
  drawn.append(...bar(scale), north());
  return drawn;
}

function reach(lines) {
  return Math.max(...lines.flat().map((point) => Math.hypot(...point)));
}

// At least 40 m, so that a point is not drawn as large as a market.
function range(numbers) {
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  const more = Math.max(0, 40 - (high - low)) / 2;
  return [low - more, high + more];
}

function closed(line) {
  const last = line.at(-1);
  return line.length > 3 && Math.hypot(line[0][0] - last[0], line[0][1] - last[1]) < 0.5;
}

function bar(scale) {
  const metres = ROUND.findLast((each) => each * scale <= WIDE / 3) ?? ROUND[0];
  const text = draw("text", { x: EDGE, y: HIGH - 10 });
  text.textContent = `${metres} m`;
  return [draw("path", { class: "bar", d: `M${EDGE} ${HIGH - 5}h${(metres * scale).toFixed(1)}` }), text];
}

function north() {
  const text = draw("text", { x: WIDE - EDGE, y: 18, class: "north" });
  text.textContent = `↑ ${say("wind_0")}`;
  return text;
}

function draw(tag, attributes) {
  const element = document.createElementNS(NS, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}
