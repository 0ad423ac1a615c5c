// Explanations: what was said of a finding, and a form to say something. Typed here they stay in this page until they
// are saved as a file, which `gouji check --explanations` reads; a served page gives them to its program.
Object.assign(WORDS, {
  explanation: ["审核说明", "Explanation"], moved: ["上次核对以来", "Since the earlier run"], reason: ["为什么如此", "Why it is so"],
  who: ["说明人", "Who"], expiry: ["有效期至（可不填）", "Valid until (optional)"], carry: ["跨年沿用", "Holds for later years"],
  keep: ["记下说明", "Keep it"], kept: ["已记下", "kept"], drop: ["撤销", "Take it back"], saveAll: ["保存审核说明", "Save explanations"],
  after: ["先“保存审核说明”，再用 --explanations 读回", "save them as a file, then read it back with --explanations"],
  status: ["状态", "State"], allStates: ["全部状态", "All states"], open: ["未关闭", "open"], closed: ["已说明关闭", "explained and closed"],
  doubtful: ["说明失效或不采", "explained, not closed"], typed: ["本页已记下", "kept on this page"],
  new: ["新增", "new"], changed: ["有变动", "changed"], unchanged: ["未变", "unchanged"], resolvedOnes: ["已消失的问题", "Findings that are gone"],
});
const typed = new Map();
let lastWho = "";
// What a served page replaces: giving an explanation away, and what is said of it.
const desk = { keep: () => {}, drop: () => {}, after: () => t("after") };

const stateOf = (one) => (one.state === "accepted" ? "closed" : one.state ? "doubtful" : "open");
const hasState = (one, wanted) =>
  wanted === "" || (wanted === "typed" ? typed.has(one.at) : ["new", "changed", "unchanged"].includes(wanted) ? one.since === wanted :
    wanted === "open" ? one.state !== "accepted" : stateOf(one) === wanted);
const stateWords = (one) => [one.state ? t(stateOf(one)) : null, typed.has(one.at) ? t("typed") : null,
  one.since && one.since !== "unchanged" ? t(one.since) : null].filter(Boolean).join(" · ");
const fillStates = () => {
  const known = ["open", "closed", "doubtful", "typed", "new", "changed", "unchanged"].filter((state) => findings.some((one) => hasState(one, state)));
  options($("status"), t("allStates"), known.map((state) => [state, t(state)]));
  $("status").value = filter.status;
  $("status").hidden = known.length < 2 && filter.status === "";
  $("save-answers").hidden = !typed.size;
  $("save-answers").textContent = `${t("saveAll")}（${typed.size}）`;
};

const explanation = (one, detail) => {
  const { said, moved } = detail.explained;
  const now = typed.get(one.at) || said || {};
  const parts = [];
  if (joined(moved)) parts.push(part("moved", el("p", {}, joined(moved))));
  if (said) parts.push(part("explanation", el("p", { class: said.closes ? "closed" : "doubtful" }, joined(said.words))));
  if (detail.refused) return parts.concat(said ? [] : part("explanation", el("p", { class: "soft" }, joined(both(detail.refused)))));
  const field = (name, element) => el("label", {}, el("span", {}, t(name)), element);
  const reason = el("textarea", { id: "reason", rows: 3 });
  reason.value = now.reason || "";
  const who = el("input", { id: "who", type: "text", autocomplete: "off", value: now.who || lastWho });
  const expiry = el("input", { id: "expiry", type: "date", value: now.expiry || null });
  const carry = el("input", { id: "carry", type: "checkbox", checked: Boolean(now.carry) });
  const note = el("span", { class: "soft", role: "status" }, typed.has(one.at) ? `${t("kept")}；${desk.after()}` : "");
  const keep = () => {
    if (!reason.value.trim()) { reason.focus(); return; }
    lastWho = who.value.trim();
    const figures = detail.figures.map(([label, value, unit]) => [text(label), text(value), unit]);
    const record = { key: detail.key, code: one.code, entity: run.units[one.unit].name, what: joined(one.title), reason: reason.value.trim(),
      who: lastWho, when: today(), expiry: expiry.value, carry: carry.checked ? "沿用" : "", figures };
    typed.set(one.at, record);
    desk.keep(record);
    fillStates();
    refilter();
    note.textContent = `${t("kept")}；${desk.after()}`;
  };
  const drop = () => { desk.drop(typed.get(one.at)); typed.delete(one.at); fillStates(); refilter(); card(one, detail); };
  return parts.concat([said ? null : el("h4", {}, t("explanation")), el("form", { class: "explain", onsubmit: (event) => { event.preventDefault(); keep(); } },
    field("reason", reason), field("who", who), field("expiry", expiry), el("label", { class: "tick" }, carry, " ", t("carry")),
    el("div", {}, el("button", { type: "submit", id: "keep" }, t("keep")),
      typed.has(one.at) ? el("button", { type: "button", id: "drop", onclick: drop }, t("drop")) : null, " ", note))]);
};
extras.push(explanation);
const today = () => { const now = new Date(); return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-"); };

// The file that the command line reads back: gouji.explanations/1.
const saveAnswers = () => {
  const file = new Blob([JSON.stringify({ schema: "gouji.explanations/1", explanations: [...typed.values()] }, null, 1)], { type: "application/json" });
  const link = el("a", { href: URL.createObjectURL(file), download: "审核说明.json" });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  saved = typed.size;
};
let saved = 0;
const listenToAnswers = () => {
  $("status").addEventListener("change", () => { filter.status = $("status").value; refilter(); });
  $("save-answers").addEventListener("click", saveAnswers);
  window.addEventListener("beforeunload", (event) => { if (typed.size > saved) event.preventDefault(); });
};
