// Squares of 100 m on the map, by how long ago each was seen. They are drawn as one picture, so that tens of thousands
// cost no more than one; what lies under the pointer is looked up in the numbers. The tables beneath say the same.
const box = document.querySelector(".seen-map");
const element = box?.querySelector("xh-map");
const told = box?.querySelector("[data-told]");
// Points of the picture for the side of a square: enough to hatch.
const POINTS = 4;
const LAYER = "seen-cells";

const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const colour = (name) => {
  const [, r, g, b] = getComputedStyle(document.documentElement).getPropertyValue(name).trim()
    .match(/^#(\w\w)(\w\w)(\w\w)$/).map((part) => Number.parseInt(part, 16));
  return [r, g, b, 255];
};

/** Days ago and source of each square, from the south-west on. */
function squaresOf(told) {
  return { ...told, days: new Uint16Array(bytes(told.days).buffer), source: bytes(told.source) };
}

/** Which shade days have: the number of the step, or one more where they lie beyond the last. */
const stepOf = (days, steps) => {
  const found = steps.findIndex((step) => days <= step);
  return found < 0 ? steps.length : found;
};

function paint(canvas, squares) {
  const { width, height, days, steps } = squares;
  canvas.width = width * POINTS;
  canvas.height = height * POINTS;
  const pen = canvas.getContext("2d");
  const image = pen.createImageData(canvas.width, canvas.height);
  const shades = [0, 1, 2, 3, 4].map((at) => colour(`--seen-${at}`));
  const never = colour("--seen-never");
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const age = days[row * width + column];
      if (age === squares.nothing) continue;
      const shade = age === squares.never ? null : shades[stepOf(age, steps)];
      for (let down = 0; down < POINTS; down += 1) {
        const y = (height - 1 - row) * POINTS + down;
        for (let right = 0; right < POINTS; right += 1) {
          const x = column * POINTS + right;
          if (!shade && (x + y) % POINTS > 1) continue;
          image.data.set(shade ?? never, (y * canvas.width + x) * 4);
        }
      }
    }
  }
  pen.putImageData(image, 0, 0);
}

/** What is known of a place, in words. */
function wordsAt(squares, { lng, lat }) {
  const column = Math.floor((lng - squares.west) / squares.wide);
  const row = Math.floor((lat - squares.south) / squares.high);
  const inside = column >= 0 && column < squares.width && row >= 0 && row < squares.height;
  const place = row * squares.width + column;
  const days = inside ? squares.days[place] : squares.nothing;
  const { words } = squares;
  if (days === squares.nothing) return words.outside;
  if (days === squares.never) return words.never;
  const day = new Date(`${squares.today}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() - days);
  return (days ? words.days : words.today).replace("{source}", words.sources[squares.source[place]])
    .replace("{days}", days).replace("{day}", day.toISOString().slice(0, 10));
}

/** Draw the squares under the names once the element has its map; without WebGL the box stays as it is. */
async function draw() {
  const { map } = element;
  if (!map || element.dataset.cells) return;
  element.dataset.cells = "coming";
  const answer = await fetch(box.dataset.cells);
  if (!answer.ok) return;
  const squares = squaresOf(await answer.json());
  if (!squares.width) return;
  const canvas = document.createElement("canvas");
  paint(canvas, squares);
  const { west, south, width, height, wide, high } = squares;
  const [right, top] = [west + width * wide, south + height * high];
  // The plane of the squares bends against that of the map: over 25 km by less than ten metres in the middle.
  const source = { type: "canvas", canvas, animate: false, coordinates: [[west, top], [right, top], [right, south], [west, south]] };
  map.addSource(LAYER, source);
  const under = map.getStyle().layers.find((layer) => layer.type === "symbol")?.id;
  map.addLayer({ id: LAYER, type: "raster", source: LAYER, paint: { "raster-opacity": 0.72, "raster-resampling": "nearest", "raster-fade-duration": 0 } }, under);
  const first = told.textContent;
  map.on("mousemove", (event) => { told.textContent = wordsAt(squares, event.lngLat); });
  map.on("click", (event) => { told.textContent = wordsAt(squares, event.lngLat); });
  map.on("mouseout", () => { told.textContent = first; });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    paint(canvas, squares);
    map.getSource(LAYER).play();
    map.getSource(LAYER).pause();
  });
  element.dataset.cells = "drawn";
}

if (element) {
  box.hidden = false;
  new MutationObserver(draw).observe(element, { attributes: true, attributeFilter: ["data-idle"] });
}
