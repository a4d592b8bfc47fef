// One item of a check: its scale as something to press with a glove, its note, its photos.
import { field, make, say } from "../../casework/patrol/elements.js";
import { gallery } from "../../casework/patrol/photos.js";

const GRADES = [5, 4, 3, 2, 1, 0];
const UNITS = { grams: "i_grams", minutes: "i_minutes" };

// `draft.fields` holds values, notes and shots by item; `changed` keeps the draft.
export function entry(app, draft, item, changed, error) {
  const { values, notes } = draft.fields;
  const set = (value) => {
    values[item.key] = value;
    box.querySelector(":scope > .error")?.remove();
    changed();
  };
  const scale = { grade: grades, yes_no: yesNo, count }[item.scale] ?? amount;
  const skip = make("label", { class: "choice not-assessed" },
    make("input", { type: "radio", name: `v-${item.key}`, checked: values[item.key] === null, onchange: () => { clear(box); set(null); } }),
    make("span", {}, say("i_not_assessed")));
  const note = make("input", { type: "text", maxlength: 300, oninput: (event) => { notes[item.key] = event.target.value; changed(); } });
  note.value = notes[item.key] ?? "";
  const more = make("details", { class: "more", open: Boolean(notes[item.key] || draft.fields.shots[item.key]?.length || item.photo_needed || error) },
    make("summary", {}, say(item.photo_needed ? "i_photo_needed" : "i_photo_and_note")),
    shots(app, draft, item.key, changed), field(say("note"), note));
  const box = make("fieldset", { class: "item-box", tabindex: "-1", "data-key": item.key },
    make("legend", {}, item.name), item.help && make("p", { class: "hint" }, item.help),
    scale(item, values[item.key], set), skip, error && make("p", { class: "error" }, error), more);
  return box;
}

// The photos of an item, or of the whole (""): a part of those of the draft.
export function shots(app, draft, key, changed, error = "") {
  const own = { owner: draft.owner, photos: draft.fields.shots[key] ?? [] };
  return gallery(app.config, own, async () => {
    draft.fields.shots[key] = own.photos;
    draft.photos = Object.values(draft.fields.shots).flat();
    await changed(true);
  }, error);
}

// What is typed or stepped goes when the item could not be assessed.
function clear(box) {
  for (const input of box.querySelectorAll("input[type=number], input[inputmode]")) input.value = "";
}

function grades(item, chosen, set) {
  const told = GRADES.some((grade) => item.words[grade] || item.pictures[grade]);
  const one = (grade) => make("label", { class: "grade" },
    make("input", { type: "radio", name: `v-${item.key}`, checked: chosen === grade, onchange: () => set(grade) }),
    make("b", {}, String(grade)),
    told && make("span", {}, item.words[grade] ?? ""),
    item.pictures[grade] && make("img", { src: item.pictures[grade].src, alt: item.pictures[grade].caption || say("i_standard_of", { grade }), loading: "lazy" }));
  return make("div", { class: told ? "grades told" : "grades" }, GRADES.map(one));
}

function yesNo(item, chosen, set) {
  const one = (value, word, kind) => make("label", { class: `verdict ${kind}` },
    make("input", { type: "radio", name: `v-${item.key}`, checked: chosen === value, onchange: () => set(value) }), make("span", {}, say(word)));
  return make("div", { class: "verdicts" }, one(1, "yes", "good"), one(0, "no", "bad"));
}

function count(item, chosen, set) {
  const input = make("input", { type: "number", min: 0, step: 1, inputmode: "numeric", "aria-label": item.name, oninput: () => take(input.value) });
  input.value = chosen ?? "";
  const take = (text) => {
    const number = text === "" ? undefined : Math.max(0, Math.floor(Number(text)));
    unskip(input);
    set(Number.isFinite(number) ? number : undefined);
  };
  const step = (by) => () => {
    input.value = Math.max(0, (Number(input.value) || 0) + by);
    take(input.value);
  };
  const key = (by, sign, word) => make("button", { type: "button", class: "btn step", "aria-label": say(word), onclick: step(by) }, sign);
  return make("div", { class: "counter" }, key(-1, "−", "i_less"), input, key(1, "+", "i_more"));
}

function amount(item, chosen, set) {
  const input = make("input", { type: "text", inputmode: "decimal", "aria-label": item.name, oninput: () => {
    const number = Number(input.value.replace(",", "."));
    unskip(input);
    set(input.value.trim() !== "" && number >= 0 ? number : undefined);
  } });
  input.value = chosen ?? "";
  return make("div", { class: "counter" }, input, make("span", {}, say(UNITS[item.scale])));
}

function unskip(input) {
  const skip = input.closest("fieldset")?.querySelector(".not-assessed input");
  if (skip) skip.checked = false;
}
