// A July day on the way to the park: sun and shade of each point of the pavements, and the shadows that make it, every
// quarter-hour. The points come computed; the shadows are drawn from the outlines so that one sees why. Without this
// script the drawing stands at noon and the table tells the hours.
const STATES = ["sun", "walls", "crowns", "both"];
const STEP_MS = 220;
const STILL = matchMedia("(prefers-reduced-motion: reduce)");
const SVG = "http://www.w3.org/2000/svg";

/** The rings of an SVG path of straight lines: lists of [x, y]. */
const rings = (path) => path.split("M").filter(Boolean).map((ring) => ring.trim().split("L").map((pair) => pair.trim().split(" ").map(Number)));

/** Points turned so that all run the same way round: pieces that overlap then add up and never cancel. */
function oneWay(points) {
  const twice = points.reduce((sum, [x, y], at) => {
    const [nextX, nextY] = points[(at + 1) % points.length];
    return sum + x * nextY - nextX * y;
  }, 0);
  return twice < 0 ? [...points].reverse() : points;
}

/** The shadow of a house: its outline, moved by the length of the shadow, and what lies between. */
function swept(ring, dx, dy) {
  const moved = ring.map(([x, y]) => [x + dx, y + dy]);
  const quads = ring.slice(1).map((corner, at) => [ring[at], corner, moved[at + 1], moved[at]]);
  return [moved, ...quads].map(oneWay).map((points) => `M${points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}Z`).join("");
}

function shadowsOf(houses, crowns, altitude, azimuth) {
  const [high, turned] = [altitude, azimuth].map((degrees) => degrees * Math.PI / 180);
  // A shadow falls away from the sun; the drawing has north up and y down. Long ones of low sun end at the edge anyway.
  const reach = Math.min(1 / Math.tan(high), 12);
  const [east, down] = [-Math.sin(turned) * reach, Math.cos(turned) * reach];
  const cast = houses.map(({ outline, height }) => {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", outline.map((ring) => swept(ring, east * height, down * height)).join(""));
    return path;
  });
  for (const { x, y, r, base, top } of crowns) {
    const [middle, half] = [(base + top) / 2, (top - base) / 2];
    const ellipse = document.createElementNS(SVG, "ellipse");
    ellipse.setAttribute("rx", r.toFixed(1));
    ellipse.setAttribute("ry", Math.hypot(r, half * reach).toFixed(1));
    ellipse.setAttribute("transform", `translate(${(x + east * middle).toFixed(1)} ${(y + down * middle).toFixed(1)}) rotate(${azimuth.toFixed(1)})`);
    cast.push(ellipse);
  }
  return cast;
}

function show(box) {
  const film = JSON.parse(box.dataset.film);
  const spots = [...box.querySelectorAll(".spot")];
  const houses = [...box.querySelectorAll(".house")].map((house) => ({ outline: rings(house.getAttribute("d")), height: Number(house.dataset.h) }));
  const crowns = [...box.querySelectorAll(".crown")].map((crown) => ({
    x: Number(crown.getAttribute("cx")), y: Number(crown.getAttribute("cy")), r: Number(crown.getAttribute("r")),
    base: Number(crown.dataset.base), top: Number(crown.dataset.top),
  }));
  const part = (name) => box.querySelector(`[data-${name}]`);
  const [slider, time, said, button, shadows] = ["slider", "time", "said", "play", "shadows"].map(part);
  let timer = 0;

  const draw = (at) => {
    const states = film.states[at];
    spots.forEach((spot, number) => spot.setAttribute("class", `spot ${STATES[states[number]]}`));
    shadows.replaceChildren(...shadowsOf(houses, crowns, film.altitude[at], film.azimuth[at]));
    const shaded = [...states].filter((state) => state !== "0").length / states.length;
    time.textContent = film.times[at];
    said.textContent = `${film.times[at]} · ${(shaded * 100).toFixed(0)} % ${box.dataset.shaded}`;
    slider.value = at;
    slider.setAttribute("aria-valuetext", said.textContent);
    box.dataset.at = at;
  };
  const playing = (yes) => {
    button.setAttribute("aria-pressed", yes);
    for (const word of button.children) word.hidden = (word.dataset.when === "playing") !== yes;
  };
  const stop = () => {
    clearInterval(timer);
    timer = 0;
    playing(false);
  };
  const play = () => {
    let at = Number(slider.value);
    if (at >= film.times.length - 1) at = -1;
    playing(true);
    timer = setInterval(() => {
      at += 1;
      draw(at);
      if (at >= film.times.length - 1) stop();
    }, STEP_MS);
  };

  slider.max = film.times.length - 1;
  slider.addEventListener("input", () => {
    stop();
    draw(Number(slider.value));
  });
  button.addEventListener("click", () => (timer ? stop() : play()));
  // Who wants no motion moves the slider; nothing plays by itself for anybody.
  const still = () => {
    button.hidden = STILL.matches;
    if (STILL.matches) stop();
  };
  STILL.addEventListener("change", still);
  still();
  part("controls").hidden = false;
  draw(Number(box.dataset.first));
}

for (const box of document.querySelectorAll(".day")) show(box);
