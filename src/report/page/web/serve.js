// The served page: files in, progress, results out. It speaks with the program that served it, and with no other.
Object.assign(WORDS, {
  serve: ["文件", "Files"], now: ["本年报送件", "This year"], before: ["上年报送件", "Last year"],
  nowHint: ["必需。一个单位的几个附件可以是几个文件。", "Required. The annexes of a unit may be several files."],
  beforeHint: ["有则核对上年数、画两年对比。", "Ties prior-year figures and compares both years."],
  choose: ["选择文件", "Choose files"], folder: ["选择文件夹", "Choose a folder"], drop: ["或把文件、文件夹拖到这里", "or drop files and folders here"],
  startCheck: ["开始核对", "Check"], running: ["正在核对", "Checking"], remove: ["移除", "Remove"], startOver: ["全部清除", "Clear all"],
  results: ["结果", "Results"], allResults: ["全部下载（zip）", "All of it (zip)"], see: ["看问题", "See the findings"], sending: ["正在传入", "Taking in"],
  gone: ["程序已经结束。请重新打开 gouji。", "The program has ended. Start gouji again."],
  lead: ["放入报送件，核对勾稽关系，取回标注好的工作簿。", "Hand in submissions, have every figure tied, take the marked workbooks back."],
  recheck: ["在“文件”页重新核对后生效", "holds after another check under Files"], again2: ["重新核对", "Check again"],
  answersKept: ["条审核说明已记下，核对时一并读回。", "explanations are kept and read by the check."],
  refused: ["没有收下", "not taken"], leftOut: ["不是工作簿，没有传入", "is no workbook and was left out"],
  local: ["文件只到本机上的 gouji，不经过网络；关闭程序即全部删除。", "Files go to gouji on this machine and over no network; all of it goes when the program ends."],
  cancel: ["停止核对", "Stop the check"], end: ["结束程序", "End the program"],
  endSure: ["确定结束？没有取回的文件和结果将删除", "End it? Files and results not fetched are deleted"],
  endKept: ["确定结束？", "End it?"],
  ended: ["程序已结束，可以关闭本页。", "The program has ended. You can close this page."],
  keptIn: ["文件和结果留在", "Files and results stay in"],
});
// What is typed on a served page is kept by its program, and read by the next run.
desk.keep = (record) => ask("explain", { method: "POST", body: JSON.stringify(record) });
desk.drop = (record) => ask("explain", { method: "POST", body: JSON.stringify({ key: record.key }) });
desk.after = () => t("recheck");
saved = Infinity;
VIEWS.unshift("serve");
const TAKEN = /\.(xlsx|xlsm|xlsb|xls|ods|docx?|wps|et|pdf|xlt)$/i;
const EVERY = 400;
let state = { now: [], before: [], running: false, runs: 0, downloads: [], fault: null, done: 0, total: 0 };
let notes = [];
let sending = "";
let [ending, ended] = [false, false];

const ask = async (path, options) => {
  try { return await fetch(path, options); }
  catch { if (!ended) notes = [t("gone")]; drawServe(); return null; }
};
const look = async () => {
  const answer = await ask("state");
  if (!answer || !answer.ok) return;
  const before = state;
  state = await answer.json();
  if (before.running && !state.running && !state.fault) { location.hash = ""; location.reload(); return; }
  if (state.running) setTimeout(look, EVERY);
  if (current === "serve") drawServe();
};
const parameters = (year, name) => "?year=" + year + "&name=" + encodeURIComponent(name);
const send = async (year, files) => {
  notes = [];
  let at = 0;
  for (const { file, name } of files) {
    at += 1;
    if (!TAKEN.test(name) || /(^|\/)(\.|~\$)/.test(name)) { if (!/(^|\/)\./.test(name)) notes.push(name + "：" + t("leftOut")); continue; }
    sending = `${t("sending")} ${at} / ${files.length}　${name}`;
    drawServe();
    const answer = await ask("file" + parameters(year, name), { method: "POST", body: file });
    if (!answer) break;
    if (!answer.ok) {
      const said = await answer.json().catch(() => ({}));
      notes.push(`${name}：${t("refused")}${said.words ? "，" + joined(said.words) : ""}`);
    }
  }
  sending = "";
  await look();
};
const chosenFiles = (input) => [...input.files].map((file) => ({ file, name: file.webkitRelativePath || file.name }));

// What is dropped may be folders; they are walked.
const droppedFiles = async (transfer) => {
  const found = [];
  const walk = async (entry) => {
    if (entry.isFile) {
      const file = await new Promise((take, fail) => entry.file(take, fail)).catch(() => null);
      if (file) found.push({ file, name: entry.fullPath.replace(/^\//, "") });
      return;
    }
    const reader = entry.createReader();
    for (;;) {
      const some = await new Promise((take, fail) => reader.readEntries(take, fail)).catch(() => []);
      if (!some.length) return;
      for (const one of some) await walk(one);
    }
  };
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry && item.webkitGetAsEntry()).filter(Boolean);
  if (!entries.length) return [...transfer.files].map((file) => ({ file, name: file.name }));
  for (const entry of entries) await walk(entry);
  return found;
};

const zone = (year) => {
  const picker = (id, key, folder) => {
    const input = el("input", { type: "file", multiple: true, id, onchange: (event) => send(year, chosenFiles(event.target)) });
    if (folder) input.setAttribute("webkitdirectory", "");
    else input.setAttribute("accept", ".xlsx,.xlsm,.xlsb,.xls,.ods");
    return [input, el("label", { for: id }, t(key))];
  };
  const busy = state.running || sending;
  const element = el("section", {
    class: "zone", id: "zone-" + year, "aria-label": t(year),
    ondragover: (event) => { event.preventDefault(); element.classList.add("over"); },
    ondragleave: () => element.classList.remove("over"),
    ondrop: async (event) => { event.preventDefault(); element.classList.remove("over"); if (!busy) send(year, await droppedFiles(event.dataTransfer)); },
  },
  el("h3", {}, t(year)), el("p", {}, t(year + "Hint")), picker("files-" + year, "choose"), picker("folder-" + year, "folder", true), t("drop"),
  el("ul", {}, state[year].map((name) => el("li", {}, el("span", {}, name), el("button", {
    type: "button", disabled: state.running, "aria-label": t("remove") + " " + name, onclick: () => post("remove" + parameters(year, name)),
  }, "✕")))));
  return element;
};
const post = async (path) => {
  const answer = await ask(path, { method: "POST" });
  if (path === "clear" && answer && answer.ok) { location.hash = ""; location.reload(); } else await look();
};

// The first press asks, the second ends; leaving the button takes the question back.
const end = async () => {
  if (!ending) {
    ending = true;
    drawServe();
    $("end").addEventListener("blur", () => { ending = false; if (!ended) $("end").textContent = t("end"); });
    return;
  }
  ended = true;
  await ask("end", { method: "POST" });
  drawServe();
};
const drawServe = () => {
  const focused = document.activeElement && document.activeElement.id;
  const busy = state.running || sending;
  if (ended) { replace($("serve"), el("p", { class: "lead", id: "ended", role: "status" }, t("ended"))); return; }
  const doing = state.running ? `${t("running")}　${state.what ? joined(state.what) : ""} ${state.done} / ${state.total}` : sending;
  replace($("serve"),
    el("p", { class: "lead" }, t("lead")),
    el("div", { class: "zones" }, zone("now"), zone("before")),
    el("div", { class: "go" },
      el("button", { type: "button", class: "start", id: "start", disabled: busy || !state.now.length, onclick: () => post("check") }, t(state.downloads.length ? "again2" : "startCheck")),
      state.running ? el("progress", { value: state.total ? state.done : null, max: state.total || null, "aria-label": t("running") }) : null,
      el("span", { id: "doing", role: "status", "aria-live": "polite" }, doing),
      state.running ? el("button", { type: "button", class: "plain", id: "cancel", onclick: () => post("cancel") }, t("cancel")) : null,
      !busy && (state.now.length || state.before.length) ? el("button", { type: "button", class: "plain", id: "start-over", onclick: () => post("clear") }, t("startOver")) : null),
    state.answers ? el("p", { id: "answers" }, state.answers + " " + t("answersKept")) : null,
    state.fault ? el("p", { class: "fault", role: "alert" }, state.fault) : null,
    notes.map((note) => el("p", { class: "fault", role: "alert" }, note)),
    state.downloads.length && !state.running ? [
      el("h2", {}, t("results")),
      el("div", { class: "go" }, el("button", { type: "button", class: "plain", onclick: () => showView("findings") }, t("see")),
        el("a", { href: "all.zip", download: "gouji.zip", id: "all-results" }, t("allResults"))),
      el("table", { id: "downloads" }, el("tbody", {}, state.downloads.map((one, at) => el("tr", {}, el("td", {}, joined(one.kind)),
        el("td", {}, el("a", { href: "download/" + at, download: one.name.split("/").pop() }, one.name)))))),
    ] : null,
    el("p", {}, state.kept ? t("keptIn") + " " + state.kept : t("local")),
    el("p", { class: "go" }, el("button", { type: "button", class: "plain", id: "end", onclick: end }, t(!ending ? "end" : state.kept ? "endKept" : "endSure"))));
  if (focused && $(focused)) $(focused).focus();
};
drawers.serve = () => { drawServe(); look(); };
const serve = () => {
  document.body.append(el("section", { id: "serve", class: "serve", "data-label": "serve", hidden: true }));
  document.querySelector(".views").prepend(el("button", { type: "button", id: "view-serve", "data-view": "serve", "data-t": "serve" }));
  for (const name of ["dragover", "drop"]) document.addEventListener(name, (event) => event.preventDefault());
  if (!run.units.length) current = run.problems.length ? "about" : "serve";
  look();
};
serve();
