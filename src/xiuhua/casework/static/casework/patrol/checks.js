// The checks of the day: the list, nearest or most pressing first, and the form of one check.
import { dropDraft, enqueue, keepDraft, openDraft, witness } from "./draft.js";
import { button, clock, field, left, make, notice, say } from "./elements.js";
import { gallery } from "./photos.js";
import { direction, distance, here, measure, trouble } from "./position.js";
import { all } from "./store.js";

const FAR = 200;

const draftId = (app, key) => `${app.username}|check|${key}`;

export async function list(app) {
  const checks = app.day?.checks ?? [];
  const queued = new Map(app.mine().filter((item) => item.kind === "check").map((item) => [item.target, item]));
  const drafts = (await all("drafts")).filter((draft) => draft.owner === app.username && draft.check);
  const begun = new Set(drafts.map((draft) => draft.id));
  // What was begun stays to be finished, also where the check was taken back meanwhile.
  const gone = drafts.map((draft) => draft.check).filter((check) => !checks.some((each) => each.key === check.key));
  const open = [...checks, ...gone].filter((check) => queued.get(check.key)?.state !== "sent");
  return make("section", {},
    make("div", { class: "view-head" }, make("h1", { tabindex: "-1" }, say("checks")), order(app)),
    make("p", { class: "hint" }, app.day ? say("as_of", { at: clock(app.day.at) }) : say("no_day"), " ",
      trouble() ? say(trouble()) : ""),
    open.length
      ? make("ol", { class: "cards" }, sorted(app, open).map((check) => card(app, check, queued.get(check.key), begun)))
      : app.day && make("div", { class: "empty" }, make("p", {}, say("no_checks"))),
    make("div", { class: "row" }, button("refresh", () => app.refresh())));
}

function order(app) {
  const choose = (by) => () => { app.order = by; app.show(); };
  const one = (by) => make("button", { type: "button", "aria-pressed": String(app.order === by), onclick: choose(by) }, say(`order_${by}`));
  return make("div", { class: "segments", role: "group", "aria-label": say("order") }, one("near"), one("due"));
}

function sorted(app, checks) {
  const from = here();
  const due = (one, other) => new Date(one.due) - new Date(other.due);
  if (app.order === "due" || !from) return [...checks].sort(due);
  return [...checks].sort((one, other) => distance(from, one) - distance(from, other) || due(one, other));
}

function card(app, check, item, begun) {
  const state = item ? make("span", { class: `badge ${item.state === "refused" ? "bad" : "info"}` }, say(`state_${item.state}`))
    : begun.has(draftId(app, check.key)) ? make("span", { class: "badge" }, say("begun")) : null;
  return make("li", {}, make("a", { class: "card check", href: `#check/${check.key}` },
    make("span", { class: "top" }, make("span", { class: "kind" }, say(check.kind)), state ?? due(check)),
    make("strong", {}, check.category),
    check.text && make("span", { class: "text" }, check.text),
    make("span", { class: "where" }, where(check))));
}

function due(check) {
  const { text, kind } = left(check.due);
  return make("span", { class: `badge ${kind}`, "data-due": check.due }, text);
}

function where(check) {
  const from = here();
  const far = from && make("b", {}, say("away", { distance: metres(distance(from, check)), direction: say(`wind_${direction(from, check)}`) }));
  return [far, check.address || `${check.lat.toFixed(5)}, ${check.lon.toFixed(5)}`].filter(Boolean).flatMap((part, index) => (index ? [" · ", part] : [part]));
}

function metres(number) {
  return number < 950 ? `${Math.round(number / 10) * 10} m` : `${(number / 1000).toFixed(1)} km`;
}

export async function form(app, key) {
  const draft = await openDraft(draftId(app, key), app.username, "check", key);
  const check = app.day?.checks.find((each) => each.key === key) ?? draft.check;
  if (!check) return make("section", {}, back(), make("h1", { tabindex: "-1" }, say("check_gone")), make("p", {}, say("check_gone_why")));
  const item = app.mine().find((each) => each.kind === "check" && each.target === key);
  if (item) return make("section", {}, back(), about(app, check), notice("info", say("check_queued")), make("a", { class: "btn", href: "#queue" }, say("queue")));
  draft.check = check;
  const view = make("section", { class: "has-form" });
  fill();
  return view;

  function fill(errors = {}) {
    const before = check.kind === "before_filing";
    const verdict = (passed, word) => make("label", { class: `verdict ${passed ? "good" : "bad"}` },
      make("input", { type: "radio", name: "passed", checked: draft.fields.passed === passed,
        onchange: () => { draft.fields.passed = passed; view.querySelector(".verdicts .error")?.remove(); keepDraft(draft); } }), make("span", {}, say(word)));
    const note = make("textarea", { rows: 3, maxlength: 4000, oninput: (event) => { draft.fields.note = event.target.value; keepDraft(draft); } });
    note.value = draft.fields.note ?? "";
    const place = make("div", { class: "place" });
    const changed = async () => {
      await keepDraft(draft);
      if (draft.photos.length) witness(draft).then(show);
    };
    const show = () => place.replaceChildren(...spot(draft, check, async () => {
      draft.position = (await measure()) ?? draft.position;
      await keepDraft(draft);
      show();
    }));
    view.replaceChildren(back(), about(app, check), make("form", { onsubmit: submit, novalidate: true },
      gallery(app.config, draft, changed, errors.photos),
      make("fieldset", { class: "verdicts", tabindex: "-1" }, make("legend", {}, say(before ? "is_it_real" : "is_it_fixed")),
        verdict(true, before ? "real" : "fixed"), verdict(false, before ? "not_real" : "not_fixed"),
        errors.passed && make("p", { class: "error" }, errors.passed)),
      field(say("note"), note, { hint: say(before ? "note_if_not_real" : "note_if_not_fixed"), error: errors.note }),
      place,
      make("div", { class: "bar-actions" }, make("button", { class: "btn primary large" }, say("done")), button("discard", discard, "quiet"))));
    show();
  }

  async function submit(event) {
    event.preventDefault();
    const errors = {};
    if (!draft.photos.length) errors.photos = say("photo_needed");
    if (draft.fields.passed === undefined) errors.passed = say("verdict_needed");
    if (draft.fields.passed === false && !draft.fields.note?.trim()) errors.note = say("note_needed");
    if (Object.keys(errors).length) {
      fill(errors);
      const first = view.querySelector(".error").parentElement;
      (first.querySelector("textarea") ?? first.closest("fieldset") ?? first).focus();
      return;
    }
    await witness(draft);
    const { position } = draft;
    const body = { passed: draft.fields.passed, note: (draft.fields.note ?? "").trim(), seen_at: draft.seenAt,
      lon: position?.lon ?? null, lat: position?.lat ?? null, accuracy_m: position?.accuracy ?? null };
    await enqueue(draft, { title: check.category, number: check.number, body, category: check.category_id });
    await app.queued();
  }

  async function discard() {
    if (!window.confirm(say("discard_sure"))) return;
    await dropDraft(draft);
    app.go("#checks");
  }
}

function back() {
  return make("a", { class: "back", href: "#checks" }, say("back"));
}

function about(app, check) {
  const looks = check.look_at.length ? make("div", { class: "look" }, make("h2", {}, say("look_at")), make("ul", {}, check.look_at.map((each) => make("li", {}, each)))) : null;
  return make("div", { class: "about" },
    make("p", { class: "top" }, make("span", { class: "kind" }, say(check.kind)), due(check)),
    make("h1", { tabindex: "-1" }, check.category),
    make("p", { class: "code" }, check.number),
    check.text && make("p", { class: "text" }, check.text),
    make("p", { class: "where" }, where(check), " ", make("a", { href: `${app.config.addresses.map}?lon=${check.lon}&lat=${check.lat}` }, say("on_the_map"))),
    check.photos.length > 0 && make("ul", { class: "shots" }, check.photos.map((photo) => make("li", {},
      make("a", { href: photo.copy }, make("img", { src: photo.thumb, alt: say("photo_of", { stage: photo.label }) })), make("small", {}, photo.label)))),
    looks);
}

// Where this was seen, how far that is from the case, and a way to measure again.
function spot(draft, check, again) {
  const { position } = draft;
  if (!position) {
    return [notice("warn", make("p", {}, draft.seenAt ? say(trouble() || "unmeasured") : say("place_with_photo"))), draft.seenAt && button("measure_again", again)].filter(Boolean);
  }
  const far = distance(position, check);
  const text = say("seen_where", { at: clock(draft.seenAt), distance: metres(far), accuracy: position.accuracy });
  const warn = far > FAR + position.accuracy && notice("warn", make("p", {}, say("far_warning", { distance: metres(far) })));
  return [make("p", {}, text), warn, button("measure_again", again, "small")].filter(Boolean);
}
