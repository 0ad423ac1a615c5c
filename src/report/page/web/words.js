// Every text of the page, Chinese first. What was submitted, and the sentences of findings, come with the data.
const WORDS = {
  title: ["核对结果", "Results"], skip: ["跳到问题清单", "Skip to the findings"], views: ["视图", "Views"],
  findings: ["问题", "Findings"], charts: ["图表", "Charts"], about: ["概况", "Overview"], print: ["打印", "Print"],
  filters: ["筛选", "Filters"], search: ["搜索：文字、单元格、公式代码", "Search: words, cell, rule"], severity: ["级别", "Severity"],
  unit: ["单位", "Unit"], annex: ["附件", "Annex"], code: ["公式", "Rule"], clear: ["清除", "Clear"],
  allUnits: ["全部单位", "All units"], allAnnexes: ["全部附件", "All annexes"], allCodes: ["全部公式", "All rules"],
  paper: ["报送件", "Submission"], files: ["文件", "Files"], sheets: ["工作表", "Sheets"], card: ["问题说明", "Finding"],
  error: ["错误", "Error"], warning: ["警告", "Warning"], note: ["提示", "Note"],
  expected: ["应为", "Expected"], reported: ["所报", "Reported"], difference: ["相差", "Difference"],
  allowance: ["允许尾差", "Allowance"], verdict: ["结果", "Verdict"], cause: ["可能原因", "Likely cause"],
  hint: ["处理", "What to do"], why: ["依据的公式", "The rule"], related: ["相关单元格", "Related cells"],
  suspect: ["存疑", "suspect"], proposed: ["建议值", "proposed"], prior: ["上年", "last year"], previous: ["上一个", "Previous"],
  next: ["下一个", "Next"], close: ["关闭", "Close"], again: ["本格还有", "Also at this cell"], place: ["位置", "Place"],
  number: ["序号", "No."], what: ["问题", "Finding"], blank: ["（空白）", "(blank)"], notDrawn: ["不在本页", "not on this page"],
  none: ["没有符合条件的问题。", "No finding fits."], clean: ["未发现问题：各项勾稽相符。", "No finding: every tie that was tried holds."],
  noSheet: ["没有可显示的内容：文件已移走，或无法再次读取。", "Nothing to show: the file was moved or cannot be read again."],
  emptySheet: ["这张工作表是空的。", "This sheet is empty."],
  cut: ["这张表太大，只画出前面一部分；问题清单是完整的。", "This sheet is large and drawn in part; the list of findings is complete."],
  hiddenSheet: ["隐藏", "hidden"], noUnit: ["没有识别出报送件。请看“概况”中未能核对的文件。", "No submission was recognised. See the files under Overview."],
  executionChart: ["预算与执行", "Budget and execution"], yearsChart: ["上年与本年决算", "Last year and this year"],
  rulesChart: ["按公式的问题数", "Findings by rule"], unitsChart: ["各单位预算执行率", "Execution rate by unit"],
  wan: ["单位：万元", "in 万元 (10,000 yuan)"], budget: ["预算", "Budget"], outturn: ["执行", "Outturn"],
  lastYear: ["上年", "Last year"], thisYear: ["本年", "This year"], rate: ["执行率", "Rate"], change: ["增减", "Change"],
  lowest: ["由低到高，最多24个", "lowest first, 24 at most"], chartHint: ["点一条即筛选", "choose a bar to filter"],
  noChart: ["没有可画的数据。", "Nothing to draw."], noPrior: ["没有上年数据。", "No figures of last year."],
  counts: ["核对情况", "What was checked"], figuresRead: ["读入的数", "Figures read"], checks: ["勾稽次数", "Checks made"],
  balanced: ["平", "Balanced"], rounding: ["尾差", "Rounding"], unbalanced: ["不平", "Unbalanced"], unchecked: ["未核", "Unchecked"],
  legend: ["图例", "Legend"], legendText: ["级别同时用颜色、底纹和符号表示，黑白打印也能分辨。虚线框是所选问题的相关单元格。",
    "Severity is told by colour, hatching and a mark, so that a black-and-white print shows it too. Dashed frames are the related cells of the finding chosen."],
  keys: ["键盘", "Keyboard"], keysText: [
    [["/", "搜索"], ["↑ ↓", "在清单中移动"], ["Enter", "看说明"], ["n　p", "下一个、上一个问题"], ["← ↑ → ↓", "在表中移动"], ["Esc", "关闭说明，回到原处"]],
    [["/", "search"], ["↑ ↓", "move in the list"], ["Enter", "open the card"], ["n  p", "next and previous finding"], ["← ↑ → ↓", "move in the sheet"], ["Esc", "close the card and go back"]],
  ],
  problems: ["未能核对的文件和说明", "Files not checked, and remarks"], file: ["文件", "File"], remark: ["说明", "Remark"],
  units: ["报送件", "Submissions"], year: ["年度", "Year"], madeBy: ["由 gouji 勾稽 生成，版本", "Made by gouji, version"],
  rulesHash: ["公式库 SHA-256", "SHA-256 of the rules"], offline: ["本页离线可用，不连接网络；姓名和电话已遮盖（除非另有要求）。",
    "This page works offline and opens no connection; names and telephone numbers are masked unless asked otherwise."],
};
const say = {
  zh: {
    totals: (units, [e, w, n], x) => `${units}份报送件　错误 ${e}　警告 ${w}　提示 ${n}` + (x ? `　已说明 ${x}` : ""),
    count: (shown, all) => (shown === all ? `共${all}个问题` : `${shown}个，共${all}个`),
    more: (left) => `还有${left}个，继续下翻`,
    evidence: (rank, together, { repairs, of, breaks }) => (rank ? `第${rank}种` : "") + (rank && together > 1 ? "（" : "") +
      (together > 1 ? `${together}格同改` : "") + (rank && together > 1 ? "）" : "") + (rank || together > 1 ? "：" : "") +
      `不平的${of}处中改后${repairs}处相符，${breaks}处转为不平`,
  },
  en: {
    totals: (units, [e, w, n], x) => `${units} ${units === 1 ? "submission" : "submissions"}: ${e} errors, ${w} warnings, ${n} notes` + (x ? `, ${x} explained` : ""),
    count: (shown, all) => (shown === all ? `${all} findings` : `${shown} of ${all} findings`),
    more: (left) => `${left} more, scroll on`,
    evidence: (rank, together, { repairs, of, breaks }) => (rank ? `No. ${rank}` : "") + (rank && together > 1 ? ", " : "") +
      (together > 1 ? `${together} cells together` : "") + (rank || together > 1 ? ": " : "") + `${repairs} of ${of} repaired, ${breaks} broken`,
  },
};
const SEVERITIES = ["error", "warning", "note"];
const MARKS = ["▲", "◆", "●"];
let lang = document.documentElement.lang.startsWith("zh") ? 0 : 1;
const t = (key) => WORDS[key][lang];
const sentence = () => say[lang ? "en" : "zh"];
const joined = (pair) => pair[lang] || pair[0] || "";
