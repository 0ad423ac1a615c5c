// A submission's sheets, drawn one at a time: a table with the merges, alignment and widths of the workbook.
const view = { unit: null, file: 0, sheet: 0 };
let cells = new Map();

const showUnit = (at) => {
  if (view.unit === at) return;
  const first = unitAt(at);
  if (!first) return;
  const file = Math.max(first.files.findIndex((one) => one.sheets.length && !one.prior), 0);
  show(at, file, 0);
};
const show = (unit, file, sheet) => {
  const moved = view.unit !== unit || view.file !== file || view.sheet !== sheet;
  Object.assign(view, { unit, file, sheet });
  if (moved || !cells.size) redraw();
};

const redraw = () => {
  if (view.unit === null) { replace($("grid"), el("p", { class: "empty" }, t("noUnit"))); return; }
  const unit = unitAt(view.unit);
  const head = run.units[view.unit];
  replace($("entity"), head.name, head.year ? el("small", {}, head.year) : null);
  const several = unit.files.length > 1;
  replace($("files"), unit.files.map((one, at) => several && el("button", {
    type: "button", class: one.prior ? "prior" : "", "aria-pressed": String(at === view.file), onclick: () => show(view.unit, at, 0),
  }, one.prior ? t("prior") + "　" : "", one.name)));
  $("files").hidden = !several;
  const file = unit.files[view.file] || { sheets: [] };
  replace($("tabs"), file.sheets.map((one, at) => {
    const count = [...unit.marks.keys()].filter((key) => key.startsWith(view.file + "," + at + ",")).length;
    const chosenTab = at === view.sheet;
    return el("button", {
      type: "button", role: "tab", id: "tab-" + at, "aria-selected": String(chosenTab), "aria-controls": "grid", tabindex: chosenTab ? 0 : -1,
      title: joined(one.title) || null, onclick: () => { show(view.unit, view.file, at); $("tab-" + at).focus(); },
    }, one.name, one.grid.hidden ? `（${t("hiddenSheet")}）` : "", count ? el("span", { class: "n" }, count) : null);
  }));
  $("grid").setAttribute("aria-labelledby", "tab-" + view.sheet);
  cells = new Map();
  const sheet = file.sheets[view.sheet];
  if (!sheet) replace($("grid"), el("p", { class: "empty" }, joined(file.absent || WORDS.noSheet)));
  else if (!sheet.grid.rows) replace($("grid"), el("p", { class: "empty" }, t("emptySheet")));
  else replace($("grid"), table(unit, sheet), sheet.grid.cut ? el("p", { class: "cut" }, t("cut")) : null);
  fitWidth();
  $("grid").scrollTo(0, 0);
  link();
};

const table = (unit, sheet) => {
  const { top, left, rows, cols, widths } = sheet.grid;
  const at = new Map();
  for (const row of sheet.grid.cells) for (let i = 1; i < row.length; i += 3) at.set(row[0] + "," + row[i], [text(row[i + 1]), row[i + 2]]);
  const spans = new Map();
  const covered = new Set();
  for (const [t0, l0, b0, r0] of sheet.grid.merges) {
    if (covered.has(t0 + "," + l0)) continue;
    spans.set(t0 + "," + l0, [b0 - t0 + 1, r0 - l0 + 1]);
    for (let r = t0; r <= b0; r += 1) for (let c = l0; c <= r0; c += 1) if (r !== t0 || c !== l0) covered.add(r + "," + c);
  }
  const hiddenRows = new Set(sheet.grid.hidden_rows);
  const hiddenCols = new Set(sheet.grid.hidden_cols);
  const header = el("tr", { "aria-hidden": "true" }, el("th", {}));
  const group = el("colgroup", {}, column(38));
  for (let c = left; c < left + cols; c += 1) {
    group.append(column(widths[c - left]));
    header.append(el("th", { class: hiddenCols.has(c) ? "hidden-line" : null, "data-col": c }, letters(c)));
  }
  const body = el("tbody", {});
  for (let r = top; r < top + rows; r += 1) {
    const line = el("tr", {}, el("th", { scope: "row", class: hiddenRows.has(r) ? "hidden-line" : null, "data-row": r }, r + 1));
    for (let c = left; c < left + cols; c += 1) {
      const key = r + "," + c;
      if (covered.has(key)) continue;
      const cell = td(unit, r, c, at.get(key), spans.get(key));
      cells.set(key, cell);
      line.append(cell);
    }
    body.append(line);
  }
  for (const [key, [down, across]] of spans) {
    const [r0, c0] = key.split(",").map(Number);
    for (let r = r0; r < r0 + down; r += 1) for (let c = c0; c < c0 + across; c += 1) if (cells.has(key)) cells.set(r + "," + c, cells.get(key));
  }
  const marked = body.querySelector("td.error, td.warning, td.note, td.explained") || body.querySelector("td");
  if (marked) marked.tabIndex = 0;
  return el("table", { class: "sheet", role: "grid", "aria-label": sheet.name, "aria-readonly": "true" }, group, el("thead", {}, header), body);
};
const column = (pixels) => { const one = el("col", {}); one.style.width = pixels + "px"; return one; };

const td = (unit, row, col, cell, span) => {
  const [words, look] = cell || ["", 0];
  const classes = [["", "c", "r"][look & 3], ["t", "m", ""][(look >> 2) & 3], look & 16 ? "b" : "", look & 32 ? "num" : ""];
  const here = unit.marks.get([view.file, view.sheet, row, col].join());
  let label = null;
  if (here) {
    const open = here.filter((one) => findings[one].state !== "accepted");
    classes.push(open.length ? SEVERITIES[Math.min(...open.map((one) => findings[one].severity))] : "explained");
    label = [address(row, col), words || t("blank"), ...here.map((one) => t(SEVERITIES[findings[one].severity]) + " " + joined(findings[one].title))].join("，");
  }
  return el("td", {
    role: "gridcell", tabindex: -1, class: classes.filter(Boolean).join(" ") || null, rowspan: span && span[0] > 1 ? span[0] : null,
    colspan: span && span[1] > 1 ? span[1] : null, "data-at": row + "," + col, "aria-label": label,
  }, words);
};

// A sheet that is a little too wide is drawn smaller, so that its labels and its figures are seen together.
const SMALLEST = 0.7;
const fitWidth = () => {
  const sheet = document.querySelector("table.sheet");
  if (!sheet) return;
  sheet.style.zoom = "1";
  sheet.style.zoom = String(Math.max(SMALLEST, Math.min(1, ($("grid").clientWidth - 2) / sheet.offsetWidth)));
};

// Frames the cells of the chosen finding on the sheet that is shown.
const link = () => {
  for (const one of document.querySelectorAll("td.part, td.whole")) one.classList.remove("part", "whole");
  if (!chosen || chosen.unit !== view.unit) return;
  detailOf(chosen).cells.forEach((cell, place) => {
    if (!cell.at || cell.at[0] !== view.file || cell.at[1] !== view.sheet) return;
    cells.get(cell.row + "," + cell.col)?.classList.add(place === 0 ? "whole" : "part");
  });
};
const goTo = (unit, cell, focus) => {
  if (!cell.at) { showUnit(unit); return null; }
  show(unit, cell.at[0], cell.at[1]);
  const there = cells.get(cell.row + "," + cell.col);
  if (!there) return null;
  there.scrollIntoView({ block: "center", inline: "nearest" });
  there.classList.remove("flash");
  void there.offsetWidth;
  there.classList.add("flash");
  enter(there, focus);
  return there;
};
// One cell of the grid can be reached with Tab; the arrows move on from it.
const enter = (cell, focus) => {
  document.querySelector('td[tabindex="0"]')?.setAttribute("tabindex", "-1");
  cell.tabIndex = 0;
  const [row, col] = cell.dataset.at.split(",");
  for (const one of document.querySelectorAll("th.here")) one.classList.remove("here");
  document.querySelector(`th[data-row="${row}"]`)?.classList.add("here");
  document.querySelector(`th[data-col="${col}"]`)?.classList.add("here");
  if (focus) cell.focus({ preventScroll: true });
};
const openAt = (cell) => {
  const [row, col] = cell.dataset.at.split(",").map(Number);
  const here = unitAt(view.unit).marks.get([view.file, view.sheet, row, col].join());
  if (!here) return;
  const next = chosen ? here[(here.indexOf(chosen.at) + 1) % here.length] : here[0];
  choose(findings[next], "grid", cell);
};
const move = (cell, down, across) => {
  const [row, col] = cell.dataset.at.split(",").map(Number);
  for (let r = row + down * cell.rowSpan ** (down > 0), c = col + across * cell.colSpan ** (across > 0); ; r += down, c += across) {
    const next = cells.get(r + "," + c);
    if (!next) return;
    if (next !== cell) { enter(next, true); next.scrollIntoView({ block: "nearest", inline: "nearest" }); return; }
  }
};
const listenToGrid = () => {
  let wide = 0;
  new ResizeObserver(() => { if ($("grid").clientWidth !== wide) { wide = $("grid").clientWidth; fitWidth(); } }).observe($("grid"));
  $("grid").addEventListener("click", (event) => {
    const cell = event.target.closest("td");
    if (cell) { enter(cell, true); openAt(cell); }
  });
  $("grid").addEventListener("keydown", (event) => {
    const cell = event.target.closest("td");
    const moves = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] };
    if (!cell) return;
    if (event.key in moves) { event.preventDefault(); move(cell, ...moves[event.key]); }
    else if (event.key === "Enter" || event.key === " ") { event.preventDefault(); openAt(cell); if (!$("card").hidden) $("card").focus(); }
  });
  $("tabs").addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const tabs = [...$("tabs").children];
    if (by && tabs.length) { event.preventDefault(); tabs[(view.sheet + by + tabs.length) % tabs.length].click(); }
  });
};
