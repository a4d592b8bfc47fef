// Who answers for a place, and why: the panel that opens where the reader clicked.
import { el, fill } from "./dom.js";
import { ask } from "./server.js";

// The title says the names already; where an object comes from stands on its page.
const HIDDEN = new Set(["name_zh", "name_en", "source"]);
let codes = null;

/**
 * @param {object} config
 * @param {{lon: number, lat: number, object?: {layer: string, id: number}}} spot
 * @param {(geometry: object|null) => void} highlight draws the chosen object
 */
export function whoPanel(config, spot, highlight) {
  const { words } = config;
  const answer = el("div", { class: "xh-answer", "aria-live": "polite" }, el("p", {}, words.loading));
  const thing = el("div", { class: "xh-thing" });
  const select = el("select", { id: "xh-category" }, el("option", { value: "" }, words.anyCategory));
  let reference = "", turn = 0;

  const load = async () => {
    const mine = ++turn;
    answer.replaceChildren(el("p", {}, words.loading));
    try {
      const found = await ask(config.addresses.resolve, {
        district: config.district.code, lon: spot.lon.toFixed(6), lat: spot.lat.toFixed(6), category: select.value, object: reference,
      });
      if (mine === turn) answer.replaceChildren(...answers(found, words), ...reporting(config, spot, select.value, found));
    } catch (error) {
      if (mine === turn) answer.replaceChildren(failure(error, words, load));
    }
  };
  select.addEventListener("change", load);
  Promise.all([describe(config, spot, thing, highlight), offerCategories(config, select)]).then(([object]) => {
    if (object) {
      reference = `${spot.object.layer}:${object.code}`;
      // A component is asked about as what it is; any other object as anything.
      const category = object.attributes.find((each) => each.name === "category")?.value;
      select.value = category ?? "";
      if (select.selectedIndex < 0) select.value = "";
    }
    load();
  });
  return el("div", { class: "xh-who" }, thing,
    el("h2", {}, words.who),
    el("div", { class: "field" }, el("label", { for: "xh-category" }, words.category), select), answer);
}

async function offerCategories(config, select) {
  try {
    codes ??= ask(config.addresses.codes);
    for (const set of await codes) {
      const group = el("optgroup", { label: `${set.name} ${set.set.split("@")[1] ?? ""}` });
      for (const code of set.codes) group.append(el("option", { value: `${set.set}:${code.code}` }, `${code.code} ${code.name}`));
      select.append(group);
    }
  } catch {
    codes = null; // Without the list one can still ask about "anything"; the next panel tries again.
  }
}

/** Shows the object's title and attributes; resolves to what the server says of it, or null where no object was hit. */
async function describe(config, spot, into, highlight) {
  if (!spot.object) {
    highlight(null);
    return null;
  }
  const { layer, id } = spot.object;
  try {
    const found = await ask(`${config.addresses.objects}/${layer}/${id}`, { district: config.district.code });
    highlight(found.geometry);
    const layerName = config.layers.find((each) => each.key === layer)?.name ?? layer;
    into.replaceChildren(
      el("p", { class: "eyebrow" }, layerName),
      el("h2", { class: "xh-title" }, found.title || found.code),
      el("dl", { class: "dl" }, ...found.attributes.filter((each) => !HIDDEN.has(each.name)).slice(0, 9)
        .flatMap((each) => [el("dt", {}, each.label), el("dd", {}, each.text)])),
      found.url ? el("p", {}, el("a", { href: found.url }, config.words.openPage)) : "");
    return found;
  } catch (error) {
    into.replaceChildren(el("p", { class: "error" }, error.message || config.words.failed));
    return null;
  }
}

/** The way to a report of this place; none outside the district, or where nothing can be reported. */
function reporting(config, spot, category, found) {
  if (!config.addresses.report || !found.inside) return [];
  const address = new URL(config.addresses.report, location.href);
  for (const [name, value] of [["lon", spot.lon.toFixed(6)], ["lat", spot.lat.toFixed(6)], ["category", category]]) {
    if (value) address.searchParams.set(name, value);
  }
  return [el("p", {}, el("a", { class: "btn small", href: address.href }, config.words.report))];
}

function answers(found, words) {
  if (!found.inside) return [el("p", { class: "notice warn" }, words.outside)];
  const trail = el("ol", { class: "xh-trail", "aria-label": words.here },
    ...found.areas.map((area) => el("li", { title: area.kind_name }, area.name)));
  if (!found.candidates.length) return [trail, el("p", { class: "notice warn" }, words.nobody)];
  const rivals = found.rivals?.length > 1
    ? el("p", { class: "notice warn" }, fill(words.rivals, { units: found.rivals.map((unit) => unit.name).join("、") })) : null;
  return [trail, ...(rivals ? [rivals] : []), el("ol", { class: "xh-candidates" }, ...found.candidates.map((each, place) => candidate(each, place, words)))];
}

function candidate(each, place, words) {
  const reasons = el("ul", { class: "reasons" }, ...each.reasons.map((reason) => el("li", {}, reason)));
  return el("li", {},
    el("p", { class: "xh-unit" }, el("span", { class: "rank" }, String(each.rank)), el("strong", {}, each.unit.name),
      each.fallback && el("span", { class: "badge" }, words.fallback)),
    each.unit.phone ? el("p", {}, `${words.phone} `, el("a", { href: `tel:${each.unit.phone}` }, each.unit.phone)) : null,
    place === 0 ? reasons : el("details", {}, el("summary", {}, words.why), reasons));
}

function failure(error, words, again) {
  return el("div", { class: "notice bad" }, el("p", {}, error.message || words.failed),
    el("button", { type: "button", class: "btn small", onclick: again }, words.again));
}
