// Elements are made one by one; every text becomes a text node and nothing else.
const $ = (id) => document.getElementById(id);
const SVG = "http://www.w3.org/2000/svg";
const fill = (element, attributes, children) => {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child.nodeType ? child : document.createTextNode(String(child)));
  }
  return element;
};
const el = (name, attributes, ...children) => fill(document.createElement(name), attributes, children);
const svg = (name, attributes, ...children) => fill(document.createElementNS(SVG, name), attributes, children);
const replace = (element, ...children) => { element.replaceChildren(); return fill(element, {}, children); };
const tag = (severity) => el("span", { class: "sev " + SEVERITIES[severity] }, MARKS[severity], " ", t(SEVERITIES[severity]));
const announce = (words) => { $("said").textContent = words; };
