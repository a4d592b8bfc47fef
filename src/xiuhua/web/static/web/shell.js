// What the shell needs of JavaScript: the menu of narrow screens and the district choice. Pages work without it.
document.documentElement.classList.add("js");

const toggle = document.querySelector(".nav-toggle");
toggle?.addEventListener("click", () => {
  const open = toggle.getAttribute("aria-expanded") !== "true";
  toggle.setAttribute("aria-expanded", String(open));
  for (const part of document.querySelectorAll(".site-nav, .site-tools")) part.classList.toggle("open", open);
});

for (const select of document.querySelectorAll("select[data-submit]")) {
  select.addEventListener("change", () => select.form.requestSubmit());
}
for (const button of document.querySelectorAll("[data-without-script]")) button.hidden = true;
