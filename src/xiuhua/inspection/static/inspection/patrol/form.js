// The form of one check: outline, weather, items, photos, what would be odd about it, and into the queue.
import { dropDraft, enqueue, keepDraft, openDraft } from "../../casework/patrol/draft.js";
import { button, clock, field, make, notice, say } from "../../casework/patrol/elements.js";
import { distance, here, measure, trouble } from "../../casework/patrol/position.js";
import { KIND, metres, where } from "./inspection.js";
import { outline } from "./outline.js";
import { entry, shots } from "./scales.js";

const BESIDE = 30; // metres beside the object that are not told
const FASTEST = 80; // km/h
const LEAST = 60_000; // milliseconds that looking takes
const RECENT = 60_000; // milliseconds for which a measured position is that of now

export const draftId = (app, key) => `${app.username}|inspection|${key}`;

export async function form(app, key) {
  const item = app.mine().find((each) => each.kind === KIND && each.target === key);
  const draft = await openDraft(draftId(app, key), app.username, KIND, key);
  const given = app.day?.parts?.inspection;
  const square = given?.squares?.find((each) => each.key === key);
  const visit = given?.visits.find((each) => each.key === key) ?? square ?? draft.visit;
  const standard = given?.standards[visit?.standard] ?? draft.standard;
  if (!visit || !standard) return make("section", {}, back(), make("h1", { tabindex: "-1" }, say("i_gone")), make("p", {}, say("check_gone_why")));
  // A square that was looked at and still waits was not counted (the weather): it is looked at again.
  if (item && !(square && item.state === "sent")) return make("section", {}, back(), head(visit), notice("info", make("p", {}, say("check_queued"))), make("a", { class: "btn", href: "#queue" }, say("queue")));
  const { fields } = draft;
  fields.values ??= {};
  fields.notes ??= {};
  fields.shots ??= {};
  fields.weather ??= {};
  fields.beganAt ??= new Date().toISOString();
  // With the draft, so that it can be finished when the list has changed.
  Object.assign(draft, { visit, standard });
  const view = make("section", { class: "has-form" });
  fill();
  return view;

  function fill(errors = {}) {
    const place = make("div", { class: "place" });
    const show = () => place.replaceChildren(...spot(app, draft, visit, again));
    const again = async () => {
      draft.position = (await measure()) ?? draft.position;
      await keepDraft(draft);
      show();
    };
    // Where it was seen: measured with the first photo, or with the first value where no photo is taken.
    const changed = async () => {
      await keepDraft(draft);
      if (draft.position) return;
      const position = here();
      const found = position && Date.now() - position.at < RECENT ? position : trouble() ? null : await measure();
      draft.position ??= found;
      if (draft.position) await keepDraft(draft);
      show();
    };
    const note = make("textarea", { rows: 2, maxlength: 4000, oninput: (event) => { fields.note = event.target.value; keepDraft(draft); } });
    note.value = fields.note ?? "";
    view.replaceChildren(back(), head(visit), make("form", { onsubmit: submit, novalidate: true },
      place,
      weather(standard, fields, () => keepDraft(draft), errors.weather),
      standard.items.map((each) => entry(app, draft, each, changed, errors[`item-${each.key}`])),
      shots(app, draft, "", changed, errors.photos),
      field(say("note"), note),
      make("div", { class: "bar-actions" }, make("button", { class: "btn primary large" }, say("done")), button("discard", discard, "quiet"))));
    show();
  }

  async function submit(event) {
    event.preventDefault();
    const errors = faults(standard, fields);
    if (Object.keys(errors).length) {
      fill(errors);
      const first = view.querySelector(".error").parentElement;
      (first.closest("fieldset") ?? first).focus();
      return;
    }
    draft.seenAt = new Date().toISOString();
    draft.position ??= await measure();
    const odd = oddities(app, draft, visit);
    if (odd.length && !window.confirm([say("i_odd"), ...odd, say("i_send_anyway")].join("\n"))) return;
    const { position } = draft;
    const of = Object.entries(fields.shots).filter(([name]) => name).flatMap(([name, keys]) => keys.map((each) => [each, name]));
    const what = visit.look ? { look: visit.look } : { visit: visit.key };
    const body = { ...what, began_at: fields.beganAt, seen_at: draft.seenAt, lon: position?.lon ?? null, lat: position?.lat ?? null,
      accuracy_m: position?.accuracy ?? null, weather: fields.weather, values: fields.values, notes: filled(fields.notes),
      photo_items: Object.fromEntries(of), note: (fields.note ?? "").trim() };
    await enqueue(draft, { title: visit.name, number: visit.code, body });
    await app.queued();
  }

  async function discard() {
    if (!window.confirm(say("discard_sure"))) return;
    await dropDraft(draft);
    app.go("#inspection");
  }
}

function back() {
  return make("a", { class: "back", href: "#inspection" }, say("i_back"));
}

function head(visit) {
  return make("div", { class: "about" }, make("p", { class: "top" }, make("span", { class: "kind" }, visit.kind), make("span", { class: "badge" }, `${visit.begins}–${visit.ends}`)),
    make("h1", { tabindex: "-1" }, visit.name), make("p", { class: "code" }, visit.code), make("p", { class: "where" }, where(visit)));
}

function weather(standard, fields, changed, error) {
  const take = (name, value) => { fields.weather[name] = value; changed(); };
  const dry = (value, word) => make("label", { class: "choice" },
    make("input", { type: "radio", name: "dry", checked: fields.weather.dry === value, onchange: () => take("dry", value) }), make("span", {}, say(word)));
  const number = (name, most) => {
    const control = make("input", { type: "number", min: 0, max: most, inputmode: "numeric", oninput: () => take(name, control.value === "" ? null : Math.min(most, Math.max(0, Number(control.value)))) });
    control.value = fields.weather[name] ?? "";
    return field(say(`i_${name}`), control);
  };
  const asked = standard.conditions;
  return make("fieldset", { class: "weather", tabindex: "-1" }, make("legend", {}, say("i_weather")),
    standard.asks && make("p", { class: "hint" }, standard.asks),
    make("div", { class: "weather-dry" }, dry(true, "i_dry"), dry(false, "i_wet")),
    (asked.wind_max !== undefined || asked.humidity_max !== undefined) && make("div", { class: "weather-figures" },
      asked.wind_max !== undefined && number("wind", 12), asked.humidity_max !== undefined && number("humidity", 100)),
    error && make("p", { class: "error" }, error));
}

function faults(standard, fields) {
  const errors = {};
  if (fields.weather.dry === undefined) errors.weather = say("i_weather_needed");
  for (const item of standard.items) {
    const value = fields.values[item.key];
    if (value === undefined) errors[`item-${item.key}`] = say("i_value_needed");
    else if (value !== null && item.photo_needed && !fields.shots[item.key]?.length && !fields.shots[""]?.length) errors[`item-${item.key}`] = say("i_needs_photo");
  }
  if (standard.items.every((item) => fields.values[item.key] === null)) errors.photos = say("i_nothing_assessed");
  return errors;
}

// What the desk will see marked: said before sending, not forbidden.
function oddities(app, draft, visit) {
  const { position, seenAt, fields } = draft;
  const found = [];
  const took = Date.parse(seenAt) - Date.parse(fields.beganAt);
  if (took < LEAST) found.push(say("i_hasty", { seconds: Math.round(took / 1000) }));
  if (!position) return [...found, say("i_no_position")];
  const far = away(visit, position);
  if (far > BESIDE + position.accuracy) found.push(say("i_far", { distance: metres(far) }));
  const speeds = app.mine().filter((item) => item.kind === KIND && item.body.lon !== null && item.draft?.position).map(({ body, draft: { position: before } }) => {
    const way = Math.max(0, distance(position, body) - position.accuracy - before.accuracy);
    return (way / Math.max(1, Math.abs(Date.parse(seenAt) - Date.parse(body.seen_at)) / 1000)) * 3.6;
  });
  const fastest = Math.max(0, ...speeds);
  if (fastest > FASTEST) found.push(say("i_fast", { speed: Math.round(fastest) }));
  return found;
}

// Metres from a place to the outline: to the nearest point of its lines, 0 inside a ring.
export function away(visit, position) {
  const squeeze = Math.cos((position.lat * Math.PI) / 180) * 111_320;
  const flat = ([lon, lat]) => [(lon - position.lon) * squeeze, (lat - position.lat) * 111_320];
  let least = Infinity;
  for (const line of visit.lines.map((each) => each.map(flat))) {
    let inside = false;
    for (let number = 0; number < line.length; number += 1) {
      const [[x, y], [u, v]] = [line[number], line[Math.max(0, number - 1)]];
      const long = (u - x) ** 2 + (v - y) ** 2;
      const share = long ? Math.min(1, Math.max(0, -(x * (u - x) + y * (v - y)) / long)) : 0;
      least = Math.min(least, Math.hypot(x + share * (u - x), y + share * (v - y)));
      if (y > 0 !== v > 0 && x - (y * (u - x)) / (v - y) > 0) inside = !inside;
    }
    const [first, last] = [line[0], line.at(-1)];
    if (inside && line.length > 3 && Math.hypot(first[0] - last[0], first[1] - last[1]) < 0.5) return 0;
  }
  return least;
}

function spot(app, draft, visit, again) {
  const position = draft.position ?? here();
  const drawn = outline(visit, position);
  if (!position) return [drawn, notice("warn", make("p", {}, say(trouble() || "i_not_measured"))), button("measure_here", again, "small")];
  const far = away(visit, position);
  const warn = far > BESIDE + position.accuracy && notice("warn", make("p", {}, say("i_far", { distance: metres(far) })));
  const text = draft.position ? say("i_seen_where", { at: clock(position.at), distance: metres(far), accuracy: position.accuracy })
    : say("i_you_are", { distance: metres(far), accuracy: position.accuracy });
  return [drawn, make("p", {}, text), warn, button("measure_again", again, "small")].filter(Boolean);
}

function filled(notes) {
  return Object.fromEntries(Object.entries(notes).filter(([, note]) => note.trim()));
}
