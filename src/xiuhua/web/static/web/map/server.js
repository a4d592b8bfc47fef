// What the map asks of the server. Every failure becomes an Error whose message a person can read.

/** @returns {Promise<any>} the JSON of an address; rejects with the server's own words where it gave some */
export async function ask(path, parameters = {}, signal = undefined) {
  const address = new URL(path, location.href);
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== "" && value !== null && value !== undefined) address.searchParams.set(name, value);
  }
  const answer = await fetch(address, { signal, headers: { Accept: "application/json" } });
  if (answer.ok) return answer.json();
  const problem = await answer.json().catch(() => ({}));
  throw new Error([problem.detail, problem.remedy].filter((part) => typeof part === "string").join(" "));
}
