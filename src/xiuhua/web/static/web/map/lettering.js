// The letters of the map: one font file, whole, and there before the first label is drawn.

export const FONT = "Xiuhua Sans SC";

/**
 * Wait for the font. The map keeps the picture of each character that it draws, so a character drawn before its
 * font came would stay an empty box for ever. A font that cannot be had must not keep the map away, though.
 */
export async function fontReady() {
  await Promise.allSettled([document.fonts.load(`16px "${FONT}"`, "一 A 1")]);
}

/** The name of a feature in the language of the page; the other language where it has none. */
export function nameOf(language) {
  const order = language === "en" ? ["name_en", "name_zh"] : ["name_zh", "name_en"];
  const [first, second] = order.map((name) => ["coalesce", ["get", name], ""]);
  return ["case", ["!=", first, ""], first, second];
}
