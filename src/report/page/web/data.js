// The data blocks. A submission is parsed when somebody looks at it, and the last few are kept.
const block = (id) => {
  const element = document.getElementById("data-" + id);
  return element ? JSON.parse(element.textContent) : null;
};
const run = block("run");
const texts = block("texts") || [];
// Wherever a text may stand, a number stands for an entry of the table.
const text = (value) => (typeof value === "number" ? texts[value] : value);
const both = (pair) => [text(pair[0]), text(pair[1])];

const firstOf = [];
const findings = (block("findings") || []).map((one, at) => {
  if (firstOf[one.u] === undefined) firstOf[one.u] = at;
  return {
    at, unit: one.u, inUnit: at - firstOf[one.u], code: text(one.c), severity: one.s, title: both(one.t),
    message: both(one.m), place: text(one.p), annex: text(one.a), state: one.e, since: one.b,
  };
});

const units = new Map();
const KEPT = 8;
const unitAt = (at) => {
  if (!units.has(at)) {
    const one = block("unit-" + at);
    if (!one) return null;
    // Where each finding stands: "file,sheet,row,col" → the numbers of findings, the heaviest first.
    one.marks = new Map();
    one.findings.forEach((finding, number) => finding.cells.forEach((cell, place) => {
      if (!cell.at || (place > 0 && !cell.suspect)) return;
      const key = [...cell.at, cell.row, cell.col].join();
      const there = one.marks.get(key) || [];
      if (!there.includes(firstOf[at] + number)) there.push(firstOf[at] + number);
      one.marks.set(key, there);
    }));
    units.set(at, one);
    if (units.size > KEPT) units.delete(units.keys().next().value);
  }
  return units.get(at);
};
const detailOf = (finding) => unitAt(finding.unit).findings[finding.inUnit];
const letters = (col) => {
  let name = "";
  for (let rest = col + 1; rest > 0; rest = Math.floor((rest - 1) / 26)) name = String.fromCharCode(65 + ((rest - 1) % 26)) + name;
  return name;
};
const address = (row, col) => letters(col) + (row + 1);
const addressIn = (cell) => text(cell.sheet) + "!" + address(cell.row, cell.col);
