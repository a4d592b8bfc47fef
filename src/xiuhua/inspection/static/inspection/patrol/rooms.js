// Living rooms being tested: how far each test is, the square that waits, and the button that draws the next one.
import { clock, make, notice, say } from "../../casework/patrol/elements.js";
import { distance, here } from "../../casework/patrol/position.js";
import { where } from "./inspection.js";

// The rooms of the day, the nearest first, with what `made` (checks on this phone by their target) says of squares.
export function rooms(app, given, made, begun) {
  const from = here();
  const found = [...(given.rooms ?? [])];
  if (from) found.sort((one, other) => distance(from, one) - distance(from, other));
  if (!found.length) return null;
  return make("section", { class: "phone-rooms" }, make("h2", {}, say("i_rooms")), make("p", { class: "hint" }, say("i_rooms_how")),
    make("ul", { class: "cards" }, found.map((room) => card(app, room, given, made, begun))));
}

function card(app, room, given, made, begun) {
  const square = given.squares.find((each) => each.key === room.square);
  return make("li", { class: "card room" },
    make("span", { class: "top" }, make("span", { class: "kind" }, [room.code, room.town].filter(Boolean).join(" · ")), make("span", { class: "badge" }, room.state)),
    make("strong", {}, room.name), make("span", { class: "where" }, where(room)), make("span", { class: "hint" }, room.stands),
    room.others > 0 && make("span", { class: "hint" }, say("i_others_wait", { count: room.others })),
    square ? waiting(square, room, made.get(square.key), begun) : drawing(app, room));
}

function waiting(square, room, item, begun) {
  if (item && item.state !== "sent") return make("p", { class: `badge ${item.state === "refused" ? "bad" : "info"}` }, say(`state_${item.state}`));
  const again = item && notice("warn", make("p", {}, say("i_not_counted")));
  return [again, make("p", {}, say("i_drawn", { code: square.code, at: clock(square.drawn_at) })),
    make("div", { class: "row" }, make("a", { class: "btn primary", href: `#inspection/${square.key}` }, say(begun.has(square.key) ? "i_go_on" : "i_look_at_it")),
      make("a", { class: "btn small quiet", href: `${room.office}#squares` }, say("i_give_back")))].filter(Boolean);
}

function drawing(app, room) {
  const draw = async (event) => {
    const { currentTarget } = event;
    currentTarget.disabled = true;
    const drawn = navigator.onLine ? await app.ask(room.draw, { method: "POST" }) : null;
    if (drawn) {
      await app.refresh(); // its outline and its standard are kept with the day
      app.go(`#inspection/${drawn.square}`);
      return;
    }
    currentTarget.disabled = false;
    if (!navigator.onLine) app.announce(say("i_draw_needs_network"), "warn");
  };
  return make("div", { class: "row" }, make("button", { type: "button", class: "btn primary", onclick: draw }, say("i_draw")));
}
