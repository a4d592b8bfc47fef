// The drawn map itself: MapLibre with our style, its controls, and what lies under a pointer.
import {
  AttributionControl, FullscreenControl, GeolocateControl, Map as GlMap, NavigationControl, ScaleControl,
} from "../../vendor/maplibre-gl-6.17.0/maplibre-gl.mjs";
import { fontReady } from "./lettering.js";
import { buildStyle, styleLayers } from "./style.js";

// What a click means, from the finest thing to the coarsest. On bare ground, whatever its use, the server answers
// with the areas around.
const HIT_ORDER = ["gates", "components", "trees", "sites", "buildings", "streets", "greens", "waters"];
const REACH = 6;

/** Whether this browser can draw the map at all. */
export function canDraw() {
  try {
    return Boolean(document.createElement("canvas").getContext("webgl2"));
  } catch {
    return false;
  }
}

/**
 * @param {HTMLElement} container
 * @param {object} config
 * @param {{place: object|null, hidden: Set<string>, compact: boolean, still: boolean}} options compact: zoom alone; still: not even that
 * @returns {Promise<GlMap>}
 */
export async function drawMap(container, config, options) {
  await fontReady();
  const { district, words } = config;
  const { place } = options;
  const credit = [district.synthetic ? words.synthetic : district.attribution || words.attribution];
  const map = new GlMap({
    container,
    style: buildStyle(config),
    locale: Object.fromEntries(Object.entries(words).filter(([name]) => name.includes("."))),
    attributionControl: false,
    maxZoom: 20,
    minZoom: 7,
    dragRotate: !options.compact,
    interactive: !options.still,
    cooperativeGestures: false,
    fadeDuration: 120,
    ...(place ? { center: [place.lon, place.lat], zoom: place.zoom }
      : { bounds: district.bounds ?? [73, 18, 135, 53], fitBoundsOptions: { padding: options.compact ? 14 : 36 } }),
  });
  if (!options.still) map.addControl(new NavigationControl({ showCompass: !options.compact, visualizePitch: true }), "bottom-right");
  if (!options.compact) {
    map.addControl(new GeolocateControl({ positionOptions: { enableHighAccuracy: true } }), "bottom-right");
    map.addControl(new FullscreenControl({ container: container.closest("xh-map") }), "bottom-right");
  }
  map.addControl(new ScaleControl({ maxWidth: 110 }), "bottom-left");
  map.addControl(new AttributionControl({ compact: false, customAttribution: credit }), "bottom-left");
  map.getCanvas().setAttribute("aria-label", words.map);
  for (const key of options.hidden) showLayer(map, key, false);
  return map;
}

/** Show or hide every drawn layer of ``key``. Waits for the style where it is not there yet. */
export function showLayer(map, key, shown) {
  if (!map.isStyleLoaded() && !map.getStyle()) {
    map.once("style.load", () => showLayer(map, key, shown));
    return;
  }
  for (const { id } of map.getStyle()?.layers ?? []) {
    if (id.startsWith(`${key}-`) && !["buildings-tall", "areas-ground"].includes(id)) {
      map.setLayoutProperty(id, "visibility", shown ? "visible" : "none");
    }
  }
}

/** Raise the buildings, and lean the map so that one sees it. */
export function showTall(map, shown) {
  map.setLayoutProperty("buildings-tall", "visibility", shown ? "visible" : "none");
  const zoom = shown ? Math.max(map.getZoom(), 15.5) : map.getZoom();
  map.easeTo({ pitch: shown ? 50 : 0, bearing: shown ? map.getBearing() : 0, zoom });
}

/** Draw again in the colours of the other time of day. */
export function recolour(map, config) {
  for (const layer of styleLayers(config)) {
    for (const [name, value] of Object.entries(layer.paint ?? {})) map.setPaintProperty(layer.id, name, value);
  }
}

/** The finest object within reach of a point on the screen: its layer and id, or null. */
export function objectAt(map, point) {
  const near = [[point.x - REACH, point.y - REACH], [point.x + REACH, point.y + REACH]];
  const hits = [...map.queryRenderedFeatures([point.x, point.y]), ...map.queryRenderedFeatures(near)];
  for (const key of HIT_ORDER) {
    const hit = hits.find((feature) => feature.source === key && feature.properties.id !== undefined);
    if (hit) return { layer: key, id: Number(hit.properties.id) };
  }
  return null;
}

/** Mark an object on the map by its geometry; null takes the mark away. */
export function mark(map, geometry) {
  map.getSource("selection")?.setData({
    type: "FeatureCollection",
    features: geometry ? [{ type: "Feature", properties: {}, geometry }] : [],
  });
}
