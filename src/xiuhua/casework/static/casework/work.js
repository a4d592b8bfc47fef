// The work list with the keyboard: j/k move between cases, x selects, / searches, ? lists the keys.
const list = () => document.getElementById("worklist");
const links = () => [...list().querySelectorAll("a.case-link")];
const keys = document.getElementById("keys");
const search = document.getElementById("q");
let held = -1; // where one was when the list was last looked at, so that a refresh does not lose it

function step(by) {
  const all = links();
  if (!all.length) return;
  const now = all.findIndex((link) => link.closest("tr").contains(document.activeElement));
  const next = now < 0 ? (held < 0 ? (by > 0 ? 0 : all.length - 1) : held) : now + by;
  held = Math.min(Math.max(next, 0), all.length - 1);
  all[held].focus();
  all[held].closest("tr").scrollIntoView({ block: "nearest" });
}

function select() {
  const box = document.activeElement.closest("#worklist tr")?.querySelector('input[name="case"]');
  if (!box) return false;
  box.checked = !box.checked;
  count();
  return true;
}

function count() {
  const boxes = [...list().querySelectorAll('input[name="case"]')];
  const chosen = boxes.filter((box) => box.checked).length;
  const all = list().querySelector("[data-all]");
  const said = list().querySelector("[data-chosen]");
  if (said) said.textContent = chosen ? `${chosen} / ${boxes.length}` : "";
  if (!all) return;
  all.hidden = false;
  all.checked = chosen > 0 && chosen === boxes.length;
  all.indeterminate = chosen > 0 && chosen < boxes.length;
}

function typing(target) {
  return target.closest("input:not([type=checkbox]), select, textarea, dialog, [contenteditable]");
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
  const inside = event.target.closest("#worklist table");
  const moves = { j: 1, k: -1, ...(inside && { ArrowDown: 1, ArrowUp: -1 }) };
  if (event.key in moves) step(moves[event.key]);
  else if (event.key === "x") {
    if (!select()) return;
  } else if (event.key === "/") search.focus();
  else if (event.key === "?") keys.showModal();
  else return;
  event.preventDefault();
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-all]")) {
    for (const box of list().querySelectorAll('input[name="case"]')) box.checked = event.target.checked;
  }
  if (event.target.closest("#worklist")) count();
});

// What stands outside the list follows it: the file, the view that would be kept.
function follow() {
  const address = list().dataset.address;
  const file = document.querySelector("[data-export]");
  file.href = `${file.dataset.export}?${address}`;
  document.querySelector("[data-address][name=query]").value = address;
  held = -1;
  count();
}

document.body.addEventListener("htmx:afterSwap", follow);
document.body.addEventListener("htmx:historyRestore", follow);
for (const button of document.querySelectorAll("[data-keys]")) {
  button.hidden = false;
  button.addEventListener("click", () => keys.showModal());
}
count();
