// The page of one case: long lists that can be narrowed by typing, and the position of the phone for a check.

/** Put a box above a long list that hides what does not hold the typed text. */
function searchable(select) {
  const box = document.createElement("input");
  box.type = "search";
  box.className = "search-box";
  box.placeholder = select.dataset.search;
  box.setAttribute("aria-label", select.dataset.search);
  box.setAttribute("aria-controls", select.id);
  select.before(box);
  const all = [...select.querySelectorAll("option")];
  const groups = [...select.querySelectorAll("optgroup")];
  box.addEventListener("input", () => {
    const words = box.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const matching = (option) => words.every((word) => `${option.parentElement.label ?? ""} ${option.text} ${option.value}`.toLowerCase().includes(word));
    const found = all.filter((option) => option.value && matching(option));
    for (const option of all) option.hidden = words.length > 0 && !found.includes(option);
    for (const group of groups) group.hidden = [...group.children].every((option) => option.hidden);
    select.size = words.length ? Math.min(Math.max(found.length, 2), 8) : 0;
    if (words.length && found.length === 1) select.value = found[0].value;
  });
}

/** Fill position and accuracy of a check from the phone. */
function locatable(button) {
  const status = button.parentElement.querySelector("[role=status]");
  const form = button.form;
  button.hidden = false;
  button.addEventListener("click", () => {
    status.textContent = "…";
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      const values = { lon: coords.longitude.toFixed(6), lat: coords.latitude.toFixed(6), accuracy_m: coords.accuracy.toFixed(0) };
      for (const [name, value] of Object.entries(values)) form.querySelector(`[data-position=${name}]`).value = value;
      status.textContent = `± ${values.accuracy_m} m`;
    }, () => { status.textContent = button.dataset.failed; }, { enableHighAccuracy: true, timeout: 20_000 });
  });
}

/** The radio of "another unit" is chosen as soon as a unit of the list is. */
function otherUnit(select) {
  select.addEventListener("change", () => {
    const other = select.form.querySelector('input[name="unit"][value="-"]');
    if (other && select.value) other.checked = true;
  });
}

for (const select of document.querySelectorAll("select[data-search]")) searchable(select);
for (const select of document.querySelectorAll('select[name="unit_other"]')) otherUnit(select);
for (const button of document.querySelectorAll("[data-locate]")) if (navigator.geolocation) locatable(button);
// One sending is enough: a second click would only be told that the first was faster.
for (const form of document.querySelectorAll("form.move")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}
// What went wrong is seen at once, also where the form lies below the screen.
document.querySelector("#act [role=alert], #act .errorlist, #act .error")?.scrollIntoView({ block: "center" });
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form.move")) delete form.dataset.sent;
});
