// Making elements. Text is always set as text, never as markup: names and values are the program's.

const SVG = "http://www.w3.org/2000/svg";

/** An element of HTML with attributes, and with other elements or texts in it. */
export function element(tag, attributes = {}, ...inside) {
  return filled(document.createElement(tag), attributes, inside);
}

/** An element of SVG. */
export function shape(tag, attributes = {}, ...inside) {
  return filled(document.createElementNS(SVG, tag), attributes, inside);
}

function filled(made, attributes, inside) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null) made.setAttribute(name, value);
  }
  made.append(...inside.flat().filter((one) => one !== null && one !== ""));
  return made;
}

/** The element of the page that has this id. */
export const byId = (id) => document.getElementById(id);

/** What is embedded in the page as JSON. */
export const embedded = (id) => JSON.parse(byId(id).textContent);

/** "1 step", "2 steps", "1,000 steps". */
export const plural = (count, noun) =>
  `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;

/** Names in a row: "a", "a and b", "a, b and c". */
export const listed = (names) =>
  names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;

/** How wide a text is in the picture, in pixels. */
export function textWidth(text, size = 12, weight = 600) {
  textWidth.pen ??= document.createElement("canvas").getContext("2d");
  textWidth.family ??= getComputedStyle(document.body).fontFamily;
  textWidth.pen.font = `${weight} ${size}px ${textWidth.family}`;
  return textWidth.pen.measureText(text).width;
}

/** Seconds with as many digits as tell moments apart. */
export const seconds = (time) => `${Number(time.toFixed(6))} s`;
