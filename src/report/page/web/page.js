// Views, languages, keys and printing; the start of everything.
const VIEWS = ["findings", "charts", "about"];
let current = "findings";

// What a view does when it is shown.
const drawers = { charts: () => drawCharts(), about: () => drawAbout() };

const showView = (name) => {
  current = name;
  for (const one of VIEWS) {
    $(one).hidden = one !== name;
    const button = $("view-" + one);
    if (one === name) button.setAttribute("aria-current", "page"); else button.removeAttribute("aria-current");
  }
  document.body.classList.toggle("prints-other", name !== "findings");
  drawers[name]?.();
};

const drawAbout = () => {
  const { summary } = run;
  const counts = ["figures", "checks", "balanced", "rounding", "unbalanced", "unchecked"];
  const names = ["figuresRead", "checks", "balanced", "rounding", "unbalanced", "unchecked"];
  const table = (head, rows) => el("table", {}, el("thead", {}, el("tr", {}, head.map((one) => el("th", { scope: "col" }, one)))), el("tbody", {}, rows));
  const failedFirst = [...run.problems].sort((a, b) => b.failed - a.failed);
  replace($("about"),
    el("h2", {}, t("counts")),
    table(names.map(t), [el("tr", {}, counts.map((name) => el("td", { class: "n" }, summary[name].toLocaleString("en-US"))))]),
    failedFirst.length ? [el("h2", {}, t("problems")), table([t("file"), t("remark")], failedFirst.map((one) =>
      el("tr", { class: one.failed ? "failed" : null }, el("td", {}, one.file), el("td", {}, joined(one.words)))))] : null,
    run.units.length ? [el("h2", {}, t("units")), table([t("unit"), t("year"), ...SEVERITIES.map(t), t("prior")], run.units.map((unit, at) =>
      el("tr", { class: "go", onclick: () => openUnit(at) }, el("td", {}, el("button", { type: "button" }, unit.name)), el("td", {}, unit.year || ""),
        unit.severities.map((count) => el("td", { class: "n" }, count)), el("td", {}, unit.prior ? unit.prior.name + " " + (unit.prior.year || "") : "—"))))] : null,
    run.baseline && run.baseline.resolved.length ? [el("h2", {}, t("resolvedOnes")), table([t("unit"), t("code"), t("place"), t("what")], run.baseline.resolved.map((one) =>
      el("tr", {}, [one.entity, one.code, one.place, one.title + "：" + one.message].map((words) => el("td", {}, words)))))] : null,
    el("h2", {}, t("legend")), el("p", {}, SEVERITIES.map((name, at) => [tag(at), "　"]), t("legendText")),
    el("h2", {}, t("keys")), el("p", {}, t("keysText").map(([keys, what]) => [el("kbd", {}, keys), " " + what + "　"])),
    el("p", {}, t("offline")), el("p", {}, t("madeBy"), " ", run.version, "　", t("rulesHash"), " ", run.rules_sha256));
};
const openUnit = (at) => { setFilter({ unit: String(at) }); showUnit(at); showView("findings"); $("list").focus(); };

const translate = () => {
  document.documentElement.lang = lang ? "en" : "zh-CN";
  for (const one of document.querySelectorAll("[data-t]")) one.textContent = t(one.dataset.t);
  for (const one of document.querySelectorAll("[data-label]")) one.setAttribute("aria-label", t(one.dataset.label));
  for (const one of document.querySelectorAll("[data-hint]")) one.placeholder = t(one.dataset.hint);
  document.title = lang ? "gouji: results" : "勾稽核对结果";
  $("lang").textContent = lang ? "中文" : "English";
  $("lang").lang = lang ? "zh-CN" : "en";
  $("totals").textContent = !run.units.length ? "" : sentence().totals(run.units.length, run.summary.severities, run.summary.explained);
  fillFilters();
  refilter();
  redraw();
  if (chosen) card(chosen, detailOf(chosen));
  showView(current);
};

// What a printer gets of the list: every finding that the filters let through.
const printList = () => {
  const head = [t("number"), t("severity"), t("code"), t("place"), t("what"), t("expected"), t("reported"), t("difference")];
  const rows = current === "findings" ? shown.slice(0, 3000) : [];
  replace($("print-list"), rows.length ? el("table", {}, el("thead", {}, el("tr", {}, head.map((one) => el("th", {}, one)))), el("tbody", {}, rows.map((one) => {
    const detail = detailOf(one);
    const unit = run.units.length > 1 ? run.units[one.unit].name + "：" : "";
    return el("tr", {}, el("td", { class: "n" }, one.at + 1), el("td", { class: "k" }, tag(one.severity)), el("td", { class: "k" }, one.code), el("td", {}, one.place),
      el("td", {}, unit, joined(one.title), "：", joined(one.message)),
      [detail.expected, detail.reported, detail.difference].map((value) => el("td", { class: "n" }, value ?? "")));
  }))) : null);
};

const listenToKeys = () => {
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    if (event.key === "Escape") {
      if (typing && event.target.id === "text" && event.target.value) { setFilter({ text: "" }); $("text").focus(); }
      else if (!$("card").hidden && current === "findings") closeCard();
      return;
    }
    if (typing || event.ctrlKey || event.metaKey || event.altKey || current !== "findings") return;
    if (event.key === "/") { event.preventDefault(); $("text").focus(); }
    else if (event.key === "n" || event.key === "j") step(1, "keys");
    else if (event.key === "p" || event.key === "k") step(-1, "keys");
  });
  window.addEventListener("beforeprint", printList);
};

const start = () => {
  listenToFilters();
  listenToGrid();
  listenToKeys();
  listenToAnswers();
  for (const name of VIEWS) $("view-" + name).addEventListener("click", () => showView(name));
  $("lang").addEventListener("click", () => { lang = 1 - lang; translate(); });
  $("print").addEventListener("click", () => window.print());
  if (run.units.length) showUnit(0);
  translate();
  const asked = findings[Number(location.hash.slice(1)) - 1];
  if (asked) choose(asked, "hash");
};
