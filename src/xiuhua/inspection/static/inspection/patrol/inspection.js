// The visits of the day on the phone page of inspectors: the list in the order of the route, and the form of a check.
import { make, notice, say } from "../../casework/patrol/elements.js";
import { direction, distance, here, trouble } from "../../casework/patrol/position.js";
import { all } from "../../casework/patrol/store.js";
import { draftId, form } from "./form.js";
import { rooms } from "./rooms.js";

export const KIND = "inspection";

const visits = (app) => app.day?.parts?.inspection?.visits ?? [];
const listed = (app) => [...visits(app), ...(app.day?.parts?.inspection?.squares ?? [])];
const made = (app) => new Map(app.mine().filter((item) => item.kind === KIND).map((item) => [item.target, item]));

export function view(app, key) {
  return key ? form(app, key) : list(app);
}

// How many visits wait.
export function open(app) {
  const done = made(app);
  return listed(app).filter((visit) => !visit.done && !done.has(visit.key)).length;
}

// What the queue says of a check that was received, with the way to its page: there detectors' boxes are judged.
export function sent(answer) {
  const cases = answer.cases.length ? say("i_became", { cases: answer.cases.join(", ") }) : "";
  const text = [say(answer.valid ? "i_received" : "i_received_not_counted"), cases, ...answer.flags].filter(Boolean).join(" ");
  return answer.page ? [text, " ", make("a", { href: answer.page }, say("i_page"))] : text;
}

async function list(app) {
  const queued = made(app);
  const drafts = (await all("drafts")).filter((draft) => draft.owner === app.username && draft.kind === KIND);
  const begun = new Set(drafts.map((draft) => draft.id));
  // What was begun stays to be finished, also when it has left the list meanwhile.
  const gone = drafts.map((draft) => draft.visit).filter((visit) => visit && !listed(app).some((each) => each.key === visit.key));
  const squaresBegun = new Set(drafts.map((draft) => draft.target));
  const shown = [...visits(app), ...gone];
  const rest = shown.filter((visit) => !visit.done && !queued.has(visit.key));
  const done = shown.filter((visit) => visit.done || queued.has(visit.key));
  return make("section", {},
    make("div", { class: "view-head" }, make("h1", { tabindex: "-1" }, say("i_visits")),
      shown.length > 0 && make("span", { class: "badge" }, say("i_progress", { done: done.length, all: shown.length }))),
    make("p", { class: "hint" }, app.day ? say("i_order") : say("no_day"), " ", trouble() ? say(trouble()) : ""),
    rest.length ? make("ol", { class: "cards" }, rest.map((visit) => card(app, visit, null, begun)))
      : app.day && notice("info", make("p", {}, say(shown.length ? "i_all_done" : "i_none"))),
    app.day?.parts?.inspection && rooms(app, app.day.parts.inspection, queued, squaresBegun),
    done.length > 0 && make("h2", { class: "visits-done" }, say("i_made")),
    done.length > 0 && make("ol", { class: "cards" }, done.map((visit) => card(app, visit, queued.get(visit.key) ?? { state: "sent" }, begun))));
}

function card(app, visit, item, begun) {
  const state = item ? make("span", { class: `badge ${{ refused: "bad", sent: "good" }[item.state] ?? "info"}` }, say(`state_${item.state}`))
    : begun.has(draftId(app, visit.key)) ? make("span", { class: "badge" }, say("begun")) : null;
  const inside = [
    make("span", { class: "top" }, make("span", { class: "kind" }, [visit.order, visit.kind].filter(Boolean).join(" · ")),
      state ?? make("span", { class: "badge" }, `${visit.begins}–${visit.ends}`)),
    make("strong", {}, visit.name), make("span", { class: "where" }, where(visit))];
  return make("li", {}, item ? make("div", { class: "card check made" }, inside) : make("a", { class: "card check", href: `#inspection/${visit.key}` }, inside));
}

export function where(visit) {
  const from = here();
  const far = from && make("b", {}, say("away", { distance: metres(distance(from, visit)), direction: say(`wind_${direction(from, visit)}`) }));
  const planned = visit.planned_at && say("i_planned", { at: visit.planned_at });
  return [far, planned, visit.size].filter(Boolean).flatMap((part, index) => (index ? [" · ", part] : [part]));
}

export function metres(number) {
  return number < 950 ? `${Math.round(number / 10) * 10} m` : `${(number / 1000).toFixed(1)} km`;
}
