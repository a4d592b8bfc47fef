// The colours of the map by day and by night: paper and ink, water and green, and nothing that shouts.

const DAY = {
  outside: "#ece7db",
  paper: "#faf7ef",
  ink: "#333c39",
  soft: "#5d6762",
  halo: "#fbf9f3",
  green: "#d5e4cd",
  greenText: "#3a6543",
  water: "#b7d3dd",
  waterText: "#2f6079",
  building: "#e4dccd",
  buildingEdge: "#cbbfaa",
  site: "#c27b48",
  siteText: "#8a4a1b",
  component: "#a2485c",
  damaged: "#d2462e",
  tree: "#6fa57c",
  dotEdge: "#fffefb",
  boundary: "#6b5a84",
  selection: "#0e7a66",
  street: {
    expressway: ["#e8c68e", "#bd9657"],
    main: ["#f4e0b5", "#cfb583"],
    secondary: ["#fffdf7", "#cfc6b3"],
    branch: ["#fffefa", "#d9d1c0"],
    lane: ["#fffefa", "#e2dbcc"],
    path: ["#b3a68d", "#b3a68d"],
  },
};

const NIGHT = {
  outside: "#0f1312",
  paper: "#191e1d",
  ink: "#e3e1d8",
  soft: "#a9b0ab",
  halo: "#141817",
  green: "#22362a",
  greenText: "#93c29b",
  water: "#1f3a48",
  waterText: "#8fbfd6",
  building: "#2b3130",
  buildingEdge: "#3c4442",
  site: "#d99560",
  siteText: "#e7b48a",
  component: "#e08a9c",
  damaged: "#ff7a5e",
  tree: "#5f9a70",
  dotEdge: "#191e1d",
  boundary: "#a596c4",
  selection: "#6cc5ae",
  street: {
    expressway: ["#7a6238", "#a5874f"],
    main: ["#5f5238", "#80704e"],
    secondary: ["#3e4442", "#565e5b"],
    branch: ["#363c3a", "#4a514f"],
    lane: ["#303634", "#414846"],
    path: ["#6d6758", "#6d6758"],
  },
};

export const night = () => matchMedia("(prefers-color-scheme: dark)").matches;
export const palette = () => (night() ? NIGHT : DAY);
