// A new report: photos, category, filing standard, questions, place. Works without network; with it, open cases of
// the same category near by are shown before, to join instead.
import { dropDraft, enqueue, keepDraft, openDraft, witness } from "./draft.js";
import { button, clock, field, make, notice, say } from "./elements.js";
import { gallery } from "./photos.js";
import { measure, trouble } from "./position.js";
import { questions, unanswered } from "./questions.js";

const RECENT = 6;
const SHOWN = 40;

export const reportId = (app) => `${app.username}|report`;

export async function form(app) {
  const draft = await openDraft(reportId(app), app.username, "report");
  const view = make("section", { class: "has-form" });
  const { fields } = draft;
  fields.answers ??= {};
  const changed = () => keepDraft(draft);
  if (app.day) fill();
  else view.replaceChildren(make("h1", { tabindex: "-1" }, say("new_report")), notice("warn", make("p", {}, say("no_day"))));
  return view;

  function chosen() {
    return app.day.categories.find((category) => category.id === fields.category);
  }

  function fill(errors = {}) {
    const category = chosen();
    const place = make("div", { class: "place" });
    const near = make("div", { "aria-live": "polite" });
    const showPlace = () => place.replaceChildren(...spot(async () => {
      await measureAgain();
      showPlace();
    }));
    const seen = async () => {
      await changed();
      if (!draft.photos.length) return;
      witness(draft).then(() => {
        showPlace();
        showNear(near);
      });
    };
    view.replaceChildren(make("h1", { tabindex: "-1" }, say("new_report")),
      make("form", { onsubmit: submit, novalidate: true },
        gallery(app.config, draft, seen, errors.photos),
        category ? picked(category) : picker(errors.category),
        category && standards(category, errors.standard),
        near,
        category ? questions(category.questions, fields.answers, changed, errors.answers) : null,
        field(say("description"), text("description", 4000, 3), { hint: say("description_hint") }),
        field(say("address"), text("address", 200, 1), { hint: say("address_hint") }),
        district(),
        place,
        errors.place && make("p", { class: "error" }, errors.place),
        make("div", { class: "bar-actions" }, make("button", { class: "btn primary large" }, say("done")), button("discard", discard, "quiet"))));
    showPlace();
    showNear(near);
  }

  function text(name, maxlength, rows) {
    const take = (event) => { fields[name] = event.target.value; changed(); };
    const control = make(rows > 1 ? "textarea" : "input", { maxlength, oninput: take, ...(rows > 1 ? { rows } : { type: "text" }) });
    control.value = fields[name] ?? "";
    return control;
  }

  function district() {
    const offered = app.day.districts;
    fields.district ??= offered[0]?.code;
    if (offered.length < 2) return null;
    const take = (event) => { fields.district = event.target.value; changed(); };
    return field(say("district"), make("select", { onchange: take },
      offered.map((each) => make("option", { value: each.code, selected: each.code === fields.district }, each.name))));
  }

  function picked(category) {
    return make("div", { class: "field" }, make("span", { class: "label" }, say("category")),
      make("div", { class: "picked" }, make("strong", {}, category.name), button("change", () => choose(undefined), "small")));
  }

  function picker(error) {
    const list = make("ul", { class: "picker" });
    const search = make("input", { type: "search", autocomplete: "off", oninput: () => offer(search.value) });
    const offer = (words) => {
      const found = matching(app.day.categories, words, recent(app));
      list.replaceChildren(...found.slice(0, SHOWN).map((category) => make("li", {},
        make("button", { type: "button", onclick: () => choose(category.id) }, make("span", {}, category.name), make("small", {}, category.class)))),
      ...(found.length ? [] : [make("li", { class: "hint" }, say("nothing_found"))]));
    };
    offer("");
    return make("div", {}, field(say("category"), search, { hint: say("category_hint"), error }), list);
  }

  async function choose(id) {
    Object.assign(fields, { category: id, standard: undefined, answers: {} });
    const only = chosen()?.standards;
    if (only?.length === 1) fields.standard = only[0].id;
    await changed();
    fill();
    (view.querySelector(".standards") ?? view.querySelector("input[type=search]"))?.focus();
  }

  function standards(category, error) {
    if (!category.standards.length) return null;
    const one = (id, words, limit) => make("label", { class: "choice" },
      make("input", { type: "radio", name: "standard", checked: fields.standard === id, onchange: () => { fields.standard = id; changed(); } }),
      make("span", {}, words, limit && make("small", {}, limit)));
    return make("fieldset", { class: "standards", tabindex: "-1" }, make("legend", {}, say("standard")),
      category.standards.map((each) => one(each.id, each.condition, say("limit", { limit: each.limit }))), one(null, say("desk_decides"), null),
      error && make("p", { class: "error" }, error));
  }

  function spot(again) {
    const { position } = draft;
    if (!position) return [notice("warn", make("p", {}, draft.seenAt ? say(trouble() || "unmeasured") : say("place_with_photo"))), button("measure_here", again)];
    return [make("p", {}, say("measured", { at: clock(draft.seenAt ?? position.at), accuracy: position.accuracy })), button("measure_again", again, "small")];
  }

  async function measureAgain() {
    draft.position = (await measure()) ?? draft.position;
    draft.seenAt ??= new Date().toISOString();
    await changed();
  }

  async function showNear(box) {
    box.replaceChildren();
    const { position } = draft;
    if (!position || !fields.category || !navigator.onLine) return;
    const query = new URLSearchParams({ lon: position.lon, lat: position.lat, category: fields.category, district: fields.district });
    const found = await app.ask(`${app.config.addresses.nearby}?${query}`);
    if (!found?.cases.length) return;
    box.replaceChildren(notice("info", make("h2", {}, say("near_cases")), make("ul", { class: "near" }, found.cases.map((each) => make("li", {},
      make("span", {}, make("strong", {}, say("metres_away", { metres: each.distance_m })), ` ${each.ago} · ${each.state}`, make("br"), each.text),
      button("me_too", () => join(each.number), "small"))))));
  }

  async function join(number) {
    const answer = await app.ask(app.config.addresses.join.replace("NUMBER", encodeURIComponent(number)), { method: "POST" });
    if (!answer) return;
    await dropDraft(draft);
    app.announce(say("joined", { number: answer.number }), "good");
    app.go("#checks");
  }

  async function submit(event) {
    event.preventDefault();
    const errors = faults();
    if (Object.keys(errors).length) {
      fill(errors);
      const first = view.querySelector(".error").parentElement;
      (first.querySelector("input:not([type=file]), textarea, select") ?? first.closest("fieldset") ?? first).focus();
      return;
    }
    const category = chosen();
    const { position } = draft;
    remember(app, category.id);
    const body = { district: fields.district, category: category.id, standard: fields.standard ?? null,
      description: (fields.description ?? "").trim(), address: (fields.address ?? "").trim(), lon: position.lon,
      lat: position.lat, placed_by: "device", seen_at: draft.seenAt, answers: fields.answers };
    await enqueue(draft, { title: category.name, body });
    await app.queued();
  }

  function faults() {
    const category = chosen();
    const errors = {};
    if (!draft.photos.length) errors.photos = say("photo_needed");
    if (!category) errors.category = say("category_needed");
    if (category?.standards.length && fields.standard === undefined) errors.standard = say("standard_needed");
    const open = category ? unanswered(category.questions, fields.answers) : [];
    if (open.length) errors.answers = Object.fromEntries(open.map((name) => [name, say("answer_needed")]));
    if (draft.photos.length && !draft.position) errors.place = say("place_needed");
    return errors;
  }

  async function discard() {
    if (!window.confirm(say("discard_sure"))) return;
    await dropDraft(draft);
    app.go("#checks");
  }
}

// Categories whose name, class, code or keywords hold all words; without words the ones used last come first.
function matching(categories, words, used) {
  const asked = words.toLowerCase().split(/\s+/).filter(Boolean);
  const hay = (category) => `${category.name} ${category.class} ${category.code} ${category.words}`.toLowerCase();
  const found = categories.filter((category) => asked.every((word) => hay(category).includes(word)));
  const rank = (category) => (used.includes(category.id) ? used.indexOf(category.id) : used.length);
  return found.sort((one, other) => rank(one) - rank(other));
}

const key = (app) => `xiuhua-patrol-used-${app.username}`;

function recent(app) {
  try {
    return JSON.parse(localStorage.getItem(key(app)) ?? "[]");
  } catch {
    return [];
  }
}

function remember(app, id) {
  localStorage.setItem(key(app), JSON.stringify([id, ...recent(app).filter((each) => each !== id)].slice(0, RECENT)));
}
