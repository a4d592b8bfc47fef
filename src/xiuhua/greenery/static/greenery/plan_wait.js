// A plan that is worked out in a job: the page is shown anew as soon as it is there.
const box = document.querySelector("[data-waits]");
const EVERY_MS = 2000;

async function look() {
  try {
    const answer = await fetch(location.href, { headers: { accept: "text/html" } });
    if (answer.ok && !(await answer.text()).includes("data-waits")) return location.reload();
  } catch {
    // Without a network the next look comes as well.
  }
  setTimeout(look, EVERY_MS);
}

if (box) {
  box.querySelector("[data-by-hand]").hidden = true;
  setTimeout(look, EVERY_MS);
}
