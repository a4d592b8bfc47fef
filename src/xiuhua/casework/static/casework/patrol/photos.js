// Photos of a form: taken with the camera or chosen, kept at once, shown small, removable.
import { make, notice, say, size } from "./elements.js";
import { read, write } from "./store.js";

const SMALL = 240; // pixels of a preview

// Keep a photo file whole with its digest and a small picture. Returns its key.
// The bytes are copied: the file that a camera leaves behind may be gone when the network is back.
async function keep(file, owner) {
  const bytes = await file.arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const id = crypto.randomUUID();
  const sha256 = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const row = { id, owner, bytes, size: bytes.byteLength, sha256, sent: false, small: await shrink(file) };
  await write({ photos: { put: [row] } });
  return id;
}

async function shrink(file) {
  try {
    const bitmap = await createImageBitmap(file, { resizeWidth: SMALL, imageOrientation: "from-image" });
    const canvas = make("canvas", { width: bitmap.width, height: bitmap.height });
    canvas.getContext("2d").drawImage(bitmap, 0, 0);
    bitmap.close();
    return canvas.toDataURL("image/jpeg", 0.8);
  } catch {
    return ""; // a format that this browser does not draw; the server may
  }
}

// The photos of `draft`, with two ways to add one. `changed` hears of every change; it keeps the draft.
export function gallery({ most, largest }, draft, changed, error = "") {
  const shown = make("ul", { class: "shots" });
  const complaint = make("div", { role: "alert" }, error ? make("p", { class: "error" }, error) : null);
  const box = make("fieldset", { class: "shots-box", tabindex: "-1" }, make("legend", {}, say("photos")), shown,
    make("div", { class: "shot-ways" },
      way("take_photo", { capture: "environment" }, "primary"), way("choose_photo", { multiple: true }, "")),
    complaint);

  function way(key, more, kind) {
    const input = make("input", { type: "file", accept: "image/*", class: "visually-hidden", onchange: add, ...more });
    return make("label", { class: `btn ${kind}` }, input, say(key));
  }

  async function add(event) {
    const files = [...event.target.files];
    event.target.value = "";
    complaint.replaceChildren();
    for (const file of files) {
      if (draft.photos.length >= most) complain(say("too_many_photos", { most }));
      else if (file.size > largest) complain(say("photo_too_large", { size: size(file.size), most: size(largest) }));
      else {
        try {
          draft.photos.push(await keep(file, draft.owner));
          await changed();
        } catch (problem) {
          complain(say("photo_not_kept", { why: problem.message }));
        }
      }
    }
    await show();
  }

  function complain(text) {
    complaint.replaceChildren(notice("bad", text));
  }

  async function show() {
    const rows = await Promise.all(draft.photos.map((id) => read("photos", id)));
    shown.replaceChildren(...rows.filter(Boolean).map((row, index) => make("li", {}, picture(row, index),
      make("button", { type: "button", class: "remove", "aria-label": say("remove_photo", { number: index + 1 }),
        onclick: () => remove(row.id) }, "×"))));
  }

  async function remove(id) {
    draft.photos = draft.photos.filter((each) => each !== id);
    await changed();
    await write({ photos: { remove: [id] } });
    await show();
    box.querySelector("input").focus();
  }

  show();
  return box;
}

function picture(row, index) {
  const alt = say("photo_number", { number: index + 1 });
  return row.small ? make("img", { src: row.small, alt }) : make("span", { class: "no-picture" }, alt);
}
