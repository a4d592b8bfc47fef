// Where the phone is: followed while the page is open.
const EARTH = 6_371_008.8; // metres
let last = null;
let problem = "";
const listeners = new Set();

// The last position: { lon, lat, accuracy, at }, or null; `trouble` says why there is none.
export const here = () => last;
export const trouble = () => problem;

export function listen(listener) {
  listeners.add(listener);
}

export function follow() {
  if (!navigator.geolocation) {
    problem = "no_geolocation";
    return;
  }
  const options = { enableHighAccuracy: true, maximumAge: 30_000, timeout: 30_000 };
  navigator.geolocation.watchPosition(took, failed, options);
}

// Measure anew. Resolves with the position, or null.
export function measure() {
  return new Promise((resolve) => {
    if (!navigator.geolocation) {
      resolve(null);
      return;
    }
    navigator.geolocation.getCurrentPosition(
      (measured) => { took(measured); resolve(last); },
      (error) => { failed(error); resolve(null); },
      { enableHighAccuracy: true, maximumAge: 0, timeout: 20_000 },
    );
  });
}

function took({ coords, timestamp }) {
  last = { lon: coords.longitude, lat: coords.latitude, accuracy: Math.round(coords.accuracy), at: timestamp };
  problem = "";
  for (const listener of listeners) listener(last);
}

function failed(error) {
  problem = error.code === error.PERMISSION_DENIED ? "denied" : "unmeasured";
  for (const listener of listeners) listener(last);
}

// Metres along the great circle.
export function distance(one, other) {
  const radians = Math.PI / 180;
  const half = Math.sin(((other.lat - one.lat) * radians) / 2) ** 2
    + Math.cos(one.lat * radians) * Math.cos(other.lat * radians) * Math.sin(((other.lon - one.lon) * radians) / 2) ** 2;
  return 2 * EARTH * Math.asin(Math.min(1, Math.sqrt(half)));
}

// One of eight directions, clockwise from north.
export function direction(from, to) {
  const east = (to.lon - from.lon) * Math.cos((from.lat * Math.PI) / 180);
  return (Math.round((Math.atan2(east, to.lat - from.lat) * 4) / Math.PI) + 8) % 8;
}
