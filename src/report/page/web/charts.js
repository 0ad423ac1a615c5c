// Charts as inline SVG, each with its figures as a table for who does not see it.
const WIDTH = 620;
const LABEL = 190;
const amount = (value) => Number(value);
const plain = (value) => Number(value).toLocaleString("en-US", { maximumFractionDigits: 2 });
const short = (words, most) => (words.length > most ? words.slice(0, most - 1) + "…" : words);
let chartUnit = "";

const figureOf = (key, under, drawing, head, rows) => el("figure", { id: "chart-" + key },
  el("figcaption", {}, t(key + "Chart")), el("p", { class: "under" }, under), drawing || el("p", { class: "under" }, t("noChart")),
  rows.length ? el("table", { class: "fallback" }, el("thead", {}, el("tr", {}, head.map((one) => el("th", { scope: "col" }, one)))),
    el("tbody", {}, rows.map((cells) => el("tr", {}, cells.map((one) => el("td", {}, one)))))) : null);

// Two bars a line: what was planned behind, what came of it in front.
const pairs = (rows, classes, right) => {
  if (!rows.length) return null;
  const most = Math.max(...rows.flatMap((one) => one.values), 0) || 1;
  const step = 34;
  const wide = WIDTH - LABEL - 185;
  const x = (value) => Math.max((Math.max(value, 0) / most) * wide, 0);
  const drawing = svg("svg", { viewBox: `0 0 ${WIDTH} ${rows.length * step + 8}`, role: "img", "aria-hidden": "true" });
  rows.forEach((one, at) => {
    const y = at * step + 6;
    drawing.append(svg("text", { x: one.part ? 14 : 0, y: y + 15, class: one.part ? "soft" : null }, short(one.label, one.part ? 12 : 13)));
    drawing.append(svg("rect", { x: LABEL, y, width: x(one.values[0]), height: 10, class: classes[0] }));
    drawing.append(svg("rect", { x: LABEL, y: y + 12, width: x(one.values[1]), height: 10, class: classes[1] }));
    drawing.append(svg("text", { x: LABEL + Math.max(x(one.values[0]), x(one.values[1])) + 6, y: y + 16 },
      one.values.map(plain).join(" → "), right(one) ? svg("tspan", { class: "soft" }, "　" + right(one)) : null));
  });
  drawing.append(svg("line", { x1: LABEL, x2: LABEL, y1: 2, y2: rows.length * step + 2, class: "axis" }));
  return drawing;
};
const key = (classes, names) => {
  const drawing = svg("svg", { viewBox: `0 0 ${WIDTH} 20`, "aria-hidden": "true" });
  names.forEach((name, at) => {
    drawing.append(svg("rect", { x: LABEL + at * 100, y: 4, width: 22, height: 10, class: classes[at] }));
    drawing.append(svg("text", { x: LABEL + 28 + at * 100, y: 14 }, name));
  });
  return drawing;
};
const executionChart = (unit) => {
  const rows = (unit.execution || []).map((one) => ({ label: one.line, part: one.part, values: [amount(one.budget), amount(one.outturn)], rate: one.rate }));
  const drawing = pairs(rows, ["bar-budget", "bar-outturn"], (one) => one.rate && plain(one.rate) + "%");
  return figureOf("execution", t("wan"), drawing && el("div", {}, key(["bar-budget", "bar-outturn"], [t("budget"), t("outturn")]), drawing),
    ["", t("budget"), t("outturn"), t("rate")], rows.map((one) => [one.label, ...one.values, one.rate || ""]));
};
const yearsChart = (unit) => {
  const rows = (unit.years || []).map((one) => ({ label: one.line, part: one.part, values: [amount(one.last), amount(one.now)], rate: one.rate }));
  const drawing = pairs(rows, ["bar-last", "bar-now"], (one) => one.rate && (amount(one.rate) > 0 ? "+" : "") + plain(one.rate) + "%");
  return figureOf("years", rows.length ? t("wan") : t("noPrior"), drawing && el("div", {}, key(["bar-last", "bar-now"], [t("lastYear"), t("thisYear")]), drawing),
    ["", t("lastYear"), t("thisYear"), t("change")], rows.map((one) => [one.label, ...one.values, one.rate || ""]));
};
const rulesChart = () => {
  const by = new Map();
  for (const one of findings) {
    if (chartUnit !== "" && one.unit !== Number(chartUnit)) continue;
    by.set(one.code, by.get(one.code) || [0, 0, 0]);
    by.get(one.code)[one.severity] += 1;
  }
  const sum = (counts) => counts[0] + counts[1] + counts[2];
  const rows = [...by].sort((a, b) => sum(b[1]) - sum(a[1]) || a[0].localeCompare(b[0])).slice(0, 40);
  const most = Math.max(...rows.map(([, counts]) => sum(counts)), 1);
  const step = 22;
  const drawing = rows.length ? svg("svg", { viewBox: `0 0 ${WIDTH} ${rows.length * step + 6}`, role: "group", "aria-label": t("rulesChart") }) : null;
  rows.forEach(([code, counts], at) => {
    const y = at * step;
    const title = run.rules[code] ? joined(run.rules[code].title) : "";
    const filterBy = () => { setFilter({ code, unit: chartUnit, text: "", annex: "" }); showView("findings"); $("list").focus(); };
    const line = svg("g", {
      tabindex: 0, role: "button", "aria-label": `${code} ${title} ${sum(counts)}`, onclick: filterBy,
      onkeydown: (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); filterBy(); } },
    }, svg("rect", { x: 0, y, width: WIDTH, height: step, class: "hit" }), svg("text", { x: 0, y: y + 15 }, code, svg("tspan", { class: "soft" }, "　" + short(title, lang ? 24 : 12))));
    let x = LABEL + 30;
    counts.forEach((count, severity) => {
      const width = (count / most) * (WIDTH - LABEL - 80);
      line.append(svg("rect", { x, y: y + 4, width, height: 13, class: SEVERITIES[severity] }));
      x += width;
    });
    line.append(svg("text", { x: x + 6, y: y + 15 }, sum(counts)));
    drawing.append(line);
  });
  return figureOf("rules", t("chartHint"), drawing && el("div", {}, key(SEVERITIES, SEVERITIES.map(t)), drawing), [], []);
};
const unitsChart = () => {
  const all = run.units.map((unit, at) => ({ at, label: unit.name, budget: amount(unit.budget), outturn: amount(unit.outturn) })).filter((one) => one.budget > 0);
  const rows = all.map((one) => ({ ...one, rate: (one.outturn / one.budget) * 100 })).sort((a, b) => a.rate - b.rate).slice(0, 24);
  const most = Math.max(...rows.map((one) => one.rate), 100);
  const step = 22;
  const x = (value) => (Math.max(value, 0) / most) * (WIDTH - LABEL - 80);
  const drawing = rows.length ? svg("svg", { viewBox: `0 0 ${WIDTH} ${rows.length * step + 6}`, "aria-hidden": "true" }) : null;
  rows.forEach((one, at) => {
    drawing.append(svg("text", { x: 0, y: at * step + 15 }, short(one.label, 14)),
      svg("rect", { x: LABEL, y: at * step + 4, width: x(one.rate), height: 13, class: "bar-outturn" }),
      svg("text", { x: LABEL + x(one.rate) + 6, y: at * step + 15 }, plain(one.rate) + "%"));
  });
  drawing?.append(svg("line", { x1: LABEL + x(100), x2: LABEL + x(100), y1: 0, y2: rows.length * step, class: "axis" }));
  return figureOf("units", t("lowest"), drawing, [t("unit"), t("rate")], rows.map((one) => [one.label, plain(one.rate) + "%"]));
};
const drawCharts = () => {
  const several = run.units.length > 1;
  const select = el("select", { id: "chart-unit", "aria-label": t("unit"), onchange: (event) => { chartUnit = event.target.value; drawCharts(); $("chart-unit").focus(); } });
  options(select, t("allUnits"), run.units.map((unit, at) => [at, unit.name + (unit.year ? " " + unit.year : "")]));
  if (!several && run.units.length) chartUnit = "0";
  select.value = chartUnit;
  const unit = chartUnit === "" ? null : unitAt(Number(chartUnit));
  replace($("charts"), several ? select : null, el("div", { class: "row" },
    unit ? [executionChart(unit), yearsChart(unit)] : several ? unitsChart() : null, rulesChart()));
};
