// Elements and words: text is only ever put in as text.
let words = {};

export function useWords(given) {
  words = given;
}

// The words of `key` in the language of the page, with {name} filled in.
export function say(key, values = {}) {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (_all, name) => values[name] ?? "");
}

// make("button", { class: "btn", onclick: act, disabled: true }, "text", child)
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.flat(2).filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
  return element;
}

export function button(key, act, kind = "") {
  return make("button", { type: "button", class: `btn ${kind}`.trim(), onclick: act }, say(key));
}

let serial = 0;

// A labelled control: field("Note", control, { hint, error }).
export function field(label, control, { hint = "", error = "" } = {}) {
  serial += 1;
  control.id ||= `f${serial}`;
  const notes = [];
  if (hint) notes.push(make("p", { class: "hint", id: `${control.id}-hint` }, hint));
  if (error) notes.push(make("p", { class: "error", id: `${control.id}-error` }, error));
  if (notes.length) control.setAttribute("aria-describedby", notes.map((note) => note.id).join(" "));
  if (error) control.setAttribute("aria-invalid", "true");
  return make("div", { class: "field" }, make("label", { for: control.id }, label), control, notes);
}

export function notice(kind, ...children) {
  return make("div", { class: `notice ${kind}` }, ...children);
}

const language = document.documentElement.lang.startsWith("zh") ? "zh-CN" : "en-GB";

// An instant on the clock of the phone: only the time where it is today.
export function clock(at) {
  const when = new Date(at);
  const today = when.toDateString() === new Date().toDateString();
  const parts = { hour: "2-digit", minute: "2-digit", hour12: false };
  return when.toLocaleString(language, today ? parts : { month: "numeric", day: "numeric", ...parts });
}

export function size(bytes) {
  if (bytes < 1_000_000) return `${Math.ceil(bytes / 1000)} kB`;
  return bytes < 1_000_000_000 ? `${(bytes / 1_000_000).toFixed(1)} MB` : `${(bytes / 1_000_000_000).toFixed(1)} GB`;
}

// How long until `at`, in words, and how pressing that is.
export function left(at) {
  const minutes = Math.round((new Date(at) - Date.now()) / 60_000);
  const many = Math.abs(minutes);
  const amount = many < 60 ? say("minutes", { count: many })
    : many < 48 * 60 ? say("hours", { count: Math.floor(many / 60), minutes: many % 60 })
      : say("days", { count: Math.round(many / 1440) });
  const kind = minutes < 0 ? "bad" : minutes <= 10 ? "warn" : "good";
  return { text: say(minutes < 0 ? "over" : "left", { amount }), kind };
}
