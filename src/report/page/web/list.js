// The list of findings and its filters. Rows are made a hundred at a time, as they are scrolled to.
const filter = { text: "", severities: [true, true, true], unit: "", annex: "", code: "", status: "" };
const STEP = 100;
let shown = [];
let made = 0;
let chosen = null;

const haystack = (one) => {
  one.hay = one.hay || [one.code, ...one.title, ...one.message, one.place, one.annex, run.units[one.unit].name].join("\n").toLowerCase();
  return one.hay;
};
const fits = (one, but) =>
  (but === "severity" || filter.severities[one.severity]) &&
  (filter.unit === "" || one.unit === Number(filter.unit)) &&
  (filter.annex === "" || one.annex === filter.annex) &&
  (filter.code === "" || one.code === filter.code) &&
  hasState(one, filter.status) &&
  filter.text.toLowerCase().split(/\s+/).every((word) => haystack(one).includes(word));

const refilter = () => {
  shown = findings.filter((one) => fits(one));
  const counts = [0, 0, 0];
  for (const one of findings) if (fits(one, "severity")) counts[one.severity] += 1;
  replace($("severities"), SEVERITIES.map((name, at) => el("button", {
    type: "button", class: name, "aria-pressed": String(filter.severities[at]), id: "severity-" + name,
    onclick: () => { filter.severities[at] = !filter.severities[at]; refilter(); $("severity-" + name).focus(); },
  }, MARKS[at], " ", t(name), " ", counts[at])));
  $("count").textContent = sentence().count(shown.length, findings.length);
  made = 0;
  replace($("list"));
  $("list").scrollTop = 0;
  makeMore();
  mark();
};

const makeMore = () => {
  const list = $("list");
  list.querySelector(".more")?.remove();
  if (!shown.length) {
    list.append(el("li", { class: "none", role: "presentation" }, findings.length ? t("none") : t(run.units.length ? "clean" : "noUnit")));
    return;
  }
  for (const one of shown.slice(made, made + STEP)) {
    const before = shown[shown.indexOf(one, made) - 1];
    if (run.units.length > 1 && (!before || before.unit !== one.unit)) {
      const unit = run.units[one.unit];
      list.append(el("li", { class: "head", role: "presentation" }, unit.name, unit.year ? " " + unit.year : ""));
    }
    list.append(option(one));
  }
  made = Math.min(made + STEP, shown.length);
  if (made < shown.length) list.append(el("li", { class: "more", role: "presentation", onclick: makeMore }, sentence().more(shown.length - made)));
};
const option = (one) => el("li", { role: "option", id: "f" + one.at, "aria-selected": "false", class: one.state === "accepted" ? "is-closed" : null, onclick: () => choose(one, "list") },
  el("div", { class: "what" }, tag(one.severity), el("b", {}, joined(one.title)), el("span", { class: "code" }, one.code)),
  el("div", { class: "message" }, joined(one.message)),
  el("div", { class: "where" }, one.place, stateWords(one) ? [" ", el("span", { class: "state" }, stateWords(one))] : null));

// Marks the chosen finding in the list, made if it was not.
const mark = () => {
  const list = $("list");
  list.querySelector("[aria-selected=true]")?.setAttribute("aria-selected", "false");
  list.removeAttribute("aria-activedescendant");
  if (!chosen) return;
  const place = shown.indexOf(chosen);
  if (place < 0) return;
  while (made <= place) makeMore();
  const row = $("f" + chosen.at);
  row.setAttribute("aria-selected", "true");
  list.setAttribute("aria-activedescendant", row.id);
  row.scrollIntoView({ block: "nearest" });
};
const step = (by, from) => {
  if (!shown.length) return;
  const place = shown.indexOf(chosen);
  const next = place < 0 ? 0 : Math.min(Math.max(place + by, 0), shown.length - 1);
  choose(shown[next], from);
};

const options = (select, all, values) => {
  replace(select, el("option", { value: "" }, all), values.map(([value, label]) => el("option", { value }, label)));
};
const fillFilters = () => {
  const distinct = (of) => [...new Set(findings.map(of))].sort();
  options($("unit"), t("allUnits"), run.units.map((unit, at) => [at, unit.name + (unit.year ? " " + unit.year : "")]));
  options($("annex"), t("allAnnexes"), distinct((one) => one.annex).filter(Boolean).map((annex) => [annex, annex]));
  options($("code"), t("allCodes"), distinct((one) => one.code).map((code) => [code, code + " " + (run.rules[code] ? joined(run.rules[code].title) : "")]));
  for (const name of ["unit", "annex", "code"]) $(name).value = filter[name];
  $("text").value = filter.text;
  fillStates();
};
const setFilter = (changes) => { Object.assign(filter, changes); fillFilters(); refilter(); };
const listenToFilters = () => {
  for (const name of ["unit", "annex", "code"]) {
    $(name).addEventListener("change", () => {
      filter[name] = $(name).value;
      refilter();
      if (name === "unit" && filter.unit !== "") showUnit(Number(filter.unit));
    });
  }
  let wait;
  $("text").addEventListener("input", () => { clearTimeout(wait); wait = setTimeout(() => { filter.text = $("text").value.trim(); refilter(); }, 120); });
  $("filters").addEventListener("submit", (event) => event.preventDefault());
  $("clear").addEventListener("click", () => setFilter({ text: "", severities: [true, true, true], unit: "", annex: "", code: "", status: "" }));
  const list = $("list");
  list.addEventListener("scroll", () => { if (made < shown.length && list.scrollTop + list.clientHeight > list.scrollHeight - 400) makeMore(); });
  list.addEventListener("keydown", (event) => {
    const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity };
    if (event.key in moves) { event.preventDefault(); step(moves[event.key], "list"); }
    else if ((event.key === "Enter" || event.key === " ") && (chosen || shown[0])) { event.preventDefault(); choose(chosen || shown[0], "list"); $("card").focus(); }
  });
};
