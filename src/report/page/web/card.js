// The card of the chosen finding: what, figures, cause, what to do, the cells it speaks of.
let back = null;
const extras = [];

const choose = (one, from, focusBack) => {
  chosen = one;
  back = focusBack || (from === "list" ? $("list") : back);
  mark();
  const detail = detailOf(one);
  const first = detail.cells[0];
  card(one, detail);
  if (from !== "grid") { if (first) goTo(one.unit, first, false); else showUnit(one.unit); }
  link();
  announce([t(SEVERITIES[one.severity]), one.code, joined(one.title), joined(one.message)].join("，"));
  try { history.replaceState(null, "", "#" + (one.at + 1)); } catch { /* a page in a frame has no history */ }
};
const closeCard = () => {
  $("card").hidden = true;
  chosen = null;
  mark();
  link();
  (back || $("list")).focus();
};

const figure = (value, unit) => (value === null || value === undefined ? null : value + " " + unit);
const row = (key, value, name) => value && el("tr", { class: name || null }, el("th", { scope: "row" }, t(key)), el("td", {}, value));
const part = (key, ...children) => [el("h4", {}, t(key)), ...children];

const card = (one, detail) => {
  const rule = run.rules[one.code];
  const hint = joined(both(detail.hint));
  replace($("card"),
    el("div", { class: "bar" }, tag(one.severity),
      el("button", { type: "button", id: "previous", title: t("previous") + " (p)", "aria-label": t("previous"), onclick: () => step(-1, "card") }, "↑"),
      el("button", { type: "button", id: "next", title: t("next") + " (n)", "aria-label": t("next"), onclick: () => step(1, "card") }, "↓"),
      el("button", { type: "button", id: "close", title: t("close") + " (Esc)", "aria-label": t("close"), onclick: closeCard }, "✕")),
    el("h3", {}, joined(one.title), " ", el("span", { class: "code" }, one.code)),
    el("p", {}, joined(one.message)),
    el("table", { class: "figures" }, el("tbody", {},
      row("expected", figure(detail.expected, detail.unit)), row("reported", figure(detail.reported, detail.unit)),
      row("difference", figure(detail.difference, detail.unit), "gap"), row("allowance", figure(detail.allowance, detail.unit)),
      detail.expected === null ? null : row("verdict", detail.verdict[lang]))),
    likely(one, detail),
    hint ? part("hint", el("p", {}, hint)) : null,
    extras.map((extra) => extra(one, detail)),
    detail.cells.length ? part("related", el("ul", { class: "related operands" }, detail.cells.map((cell) => el("li", {}, related(one, cell))))) : null,
    rule ? part("why", el("p", {}, joined(rule.class), "　", joined(rule.why))) : null,
    others(one));
  $("card").hidden = false;
  $("card").scrollTop = 0;
};
// Which cells are probably wrong, what they should be and what that would mend; never more than a proposal. Those of
// one set change together, and sets stand in the order of their likelihood.
const likely = (one, detail) => {
  if (!detail.likely && !detail.causes.length) return null;
  const sets = [...new Set(detail.causes.map((cause) => cause.set))];
  const item = (cause) => el("li", {}, el("button", {
    type: "button", disabled: !cause.at, onclick: () => { if (goTo(one.unit, cause, true)) back = cells.get(cause.row + "," + cause.col); },
  },
  el("span", { class: "place" }, addressIn(cause), "　", text(cause.label)),
  el("span", {}, joined(both(cause.why))),
  el("span", { class: "value" }, cause.proposed === null ? "" : t("proposed") + " " + figure(cause.proposed, cause.unit))));
  const ranked = (set) => {
    // Two causes that come together (a total typed in a part, and its digits transposed) are one sentence.
    const said = (cause) => [cause.file, cause.sheet, cause.row, cause.col, cause.proposed, joined(both(cause.why))].join();
    const all = detail.causes.filter((cause) => cause.set === set);
    const own = all.filter((cause, at) => all.findIndex((other) => said(other) === said(cause)) === at);
    const cellsOf = new Set(own.map((cause) => [cause.file, text(cause.sheet), cause.row, cause.col].join()));
    return el("li", {}, el("p", { class: "evidence" }, sentence().evidence(sets.length > 1 ? set : 0, cellsOf.size, own[0])),
      el("ul", { class: "related" }, own.map(item)));
  };
  return part("cause", detail.likely ? el("p", {}, joined(detail.likely)) : null, sets.length ? el("ol", { class: "sets" }, sets.map(ranked)) : null);
};
const related = (one, cell) => {
  const file = cell.at ? unitAt(one.unit).files[cell.at[0]] : null;
  const from = file && file.prior ? t("prior") + "　" : "";
  return el("button", {
    type: "button", disabled: !cell.at, onclick: () => { if (goTo(one.unit, cell, true)) back = cells.get(cell.row + "," + cell.col); },
  },
  el("span", { class: "place" }, from, addressIn(cell), cell.at ? "" : `（${t("notDrawn")}）`),
  el("span", {}, text(cell.label), cell.suspect ? el("span", { class: "flag" }, "　" + t("suspect")) : null),
  el("span", { class: "value" }, clip(text(cell.text)) || t("blank")));
};
const clip = (words) => (words.length > 60 ? words.slice(0, 60) + "…" : words);
// A cell may bear several findings.
const others = (one) => {
  const first = detailOf(one).cells[0];
  if (!first || !first.at) return null;
  const here = (unitAt(one.unit).marks.get([...first.at, first.row, first.col].join()) || []).filter((at) => at !== one.at);
  return here.length ? part("again", el("div", { class: "again" }, here.map((at) =>
    el("button", { type: "button", onclick: () => choose(findings[at], "card") }, tag(findings[at].severity), " ", joined(findings[at].title))))) : null;
};
