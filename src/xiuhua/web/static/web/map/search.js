// Search by name or code: an ARIA combobox whose list is chosen from with the arrow keys.
import { el, fill } from "./dom.js";
import { ask } from "./server.js";

const PAUSE = 180;
let combos = 0;

/**
 * @param {object} config
 * @param {(found: object) => void} choose called with the chosen result
 */
export function searchBox(config, choose) {
  const { words } = config;
  const id = `xh-search-${++combos}`;
  const list = el("ul", { id: `${id}-list`, role: "listbox", "aria-label": words.search, hidden: true });
  const status = el("p", { class: "visually-hidden", role: "status" });
  const empty = el("p", { class: "xh-search-empty", hidden: true });
  const input = el("input", {
    id, type: "search", role: "combobox", autocomplete: "off", spellcheck: "false", maxlength: 60,
    placeholder: words.search, "aria-label": words.search, "aria-autocomplete": "list", "aria-expanded": "false",
    "aria-controls": list.id, "aria-describedby": `${id}-hint`,
  });
  let results = [], active = -1, timer = 0, pending = null;

  const show = (open) => {
    list.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
    if (!open) mark(-1);
  };
  const mark = (place) => {
    active = place;
    [...list.children].forEach((option, index) => option.setAttribute("aria-selected", String(index === place)));
    if (place < 0) input.removeAttribute("aria-activedescendant");
    else {
      input.setAttribute("aria-activedescendant", list.children[place].id);
      list.children[place].scrollIntoView({ block: "nearest" });
    }
  };
  const take = (place) => {
    const found = results[place];
    if (!found) return;
    input.value = found.title;
    show(false);
    choose(found);
  };
  const look = async () => {
    const text = input.value.trim();
    pending?.abort();
    empty.hidden = true;
    if (!text) {
      show(false);
      return;
    }
    pending = new AbortController();
    try {
      results = await ask(config.addresses.search, { district: config.district.code, q: text, limit: 12 }, pending.signal);
    } catch (error) {
      if (error.name === "AbortError") return;
      results = [];
      empty.textContent = error.message || words.failed;
      empty.hidden = false;
      show(false);
      return;
    }
    list.replaceChildren(...results.map((found, place) =>
      el("li", { id: `${id}-${place}`, role: "option", "aria-selected": "false",
        onmousedown: (event) => { event.preventDefault(); take(place); } },
      el("strong", {}, found.title), el("span", {}, found.layer_name, found.title.includes(found.code) ? null : ` · ${found.code}`))));
    show(results.length > 0);
    empty.textContent = words.nothing;
    empty.hidden = results.length > 0;
    status.textContent = results.length ? fill(words.found, { n: results.length }) : words.nothing;
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const last = results.length - 1;
    if (event.key === "ArrowDown" && list.hidden && results.length) { show(true); mark(0); }
    else if (event.key === "ArrowDown" && !list.hidden) mark(active >= last ? 0 : active + 1);
    else if (event.key === "ArrowUp" && !list.hidden) mark(active <= 0 ? last : active - 1);
    else if (event.key === "Enter" && !list.hidden) take(Math.max(active, 0));
    else if (event.key === "Escape" && !list.hidden) show(false);
    else return;
    event.preventDefault();
  });
  input.addEventListener("blur", () => show(false));
  return el("div", { class: "xh-search", role: "search" }, input, el("p", { id: `${id}-hint`, class: "visually-hidden" }, words.searchHint), list, empty, status);
}
