//! Sentences as offices write them: those that tie raise nothing, those that do not raise their rule.

use std::sync::{Arc, OnceLock};

use super::super::Shared;
use super::{Context, Read, run};
use crate::facts::{Submission, Table};
use crate::forms::Forms;
use crate::forms::reading::{Passage, Reading};
use crate::forms::recognise::Piece;
use crate::model::{CellRef, Verdict};
use crate::rules::{Body, Pack};

fn world() -> &'static (Forms, Pack) {
    static WORLD: OnceLock<(Forms, Pack)> = OnceLock::new();
    WORLD.get_or_init(|| {
        let forms = Forms::builtin().unwrap();
        let pack = Pack::read(&[], &forms).unwrap();
        (forms, pack)
    })
}

fn submission(texts: &[&str]) -> Submission {
    let form = world().0.all.iter().position(|form| form.kind == "report").unwrap();
    let passage = |(row, text): (u32, &&str)| Passage { cell: CellRef::new(row, 0), text: (*text).to_owned() };
    let reading = Reading {
        form,
        piece: Piece { top: 0, bottom: 99 },
        score: 100,
        year: Some(2024),
        column_year: None,
        figures: Vec::new(),
        fields: Vec::new(),
        passages: (0..).zip(texts).map(passage).collect(),
        unread: Vec::new(),
        titles: Vec::new(),
    };
    let table = Table { file: Arc::from("报告.xlsx"), sheet: Arc::from("附件1"), form, project: None, reading };
    Submission {
        entity: "某单位".to_owned(),
        year: Some(2024),
        files: Vec::new(),
        tables: vec![table],
        sheets: Vec::new(),
        notices: Vec::new(),
    }
}

/// The rules that find a fault, each once; and whether any tie was decided at all.
fn faults(texts: &[&str]) -> (Vec<&'static str>, bool) {
    let (forms, pack) = world();
    let submission = submission(texts);
    let shared = Shared::of(&submission, forms, pack);
    let mut found = Vec::new();
    let mut decided = false;
    for rule in &pack.rules {
        let Some(Body::Check(check)) = rule.places.first().map(|place| &place.body) else { continue };
        let context =
            Context { submission: &submission, before: None, forms, rule, grammar: &pack.grammar, shared: &shared };
        for noted in run(check, &context) {
            decided |= noted.verdict != Verdict::NotApplicable;
            if noted.verdict == Verdict::Unbalanced && !found.contains(&rule.code.as_str()) {
                found.push(rule.code.as_str());
            }
        }
    }
    (found, decided)
}

/// Sentences that tie.
const TIES: [&str; 69] = [
    "全年支出共计486.2万元，其中：基本支出402.7万元，项目支出83.5万元。",
    "本年度支出决算1260.55万元，其中基本支出1001.35万元，占79.4%；项目支出259.2万元，占20.6%。",
    "单位核定编制36名，实有在职人员33人，其中行政人员12人、事业人员18人、工勤人员3人。",
    "2024年收入合计3,215.80万元，较上年增加215.80万元，增长7.2%。",
    "项目支出决算数为96.4万元，比上年的88.2万元增加8.2万元，增长9.3%。",
    "“三公”经费支出18.6万元，同比减少1.4万元，下降7%。",
    "新建农村公路计划任务42公里，实际完成45公里，完成率107.1%。",
    "全年计划培训乡村医生400人次，实际培训420人次，完成年度任务的105%。",
    "完成植树造林5.2万亩，占年度任务5万亩的104%。",
    "共受理群众来信来访152件，其中办结148件，办结率97.4%。",
    "下达专项资金600万元，实际支出589.8万元，预算执行率98.3%。",
    "全县共有养老机构25所，其中公办养老机构17所，占总数的68%。",
    "发放困难群众补助资金约320万元，惠及群众2600余人。",
    "举办各类培训班12期，其中县级4期、乡级8期。",
    "参训学员860人，其中女学员402人，占46.7%。",
    "办公费4.2万元、印刷费1.3万元、差旅费6.5万元，合计12万元。",
    "财政拨款收入由2023年的520万元增加到2024年的572万元，增长10%。",
    "行政人员、事业人员、工勤人员分别为8人、21人和2人。",
    "补助资金到位3260万元，其中中央资金2282万元、省级资金652万元、区级资金326万元，分别占70%、20%、10%。",
    "全年支出893万元，其中人员经费436万元、公用经费77万元、项目经费380万元，结余9万元。",
    "内设机构5个，分别为办公室、财务股、业务股、法规股和监督股。",
    "下设三个科室：综合科、规划与财务科、执法科。",
    "年初结转和结余近30万元，年末结转和结余28.7万元。",
    "收到疑点数据86条，查实31条，追回资金4.8万元。",
    "年初预算安排1500万元，全年执行1432.5万元，执行率为95.5%。",
    "争取上级资金1.2亿元，其中中央资金8500万元，省级资金3500万元。",
    "建成高标准农田3万余亩，修建机耕道48.6公里。",
    "群众满意度达到95%以上，投诉办结率100%。",
    "2024年脱贫人口人均纯收入较上年提高12.3个百分点。",
    "一是强化责任，建立“三个清单”；二是抓实八项规定，精简会议2次。",
    "政府采购预算200万元，实际采购186.4万元，节约13.6万元。",
    "医保参保任务数118000人，已完成参保116230人，任务完成率98.5%。",
    "全年接待游客120万人次，其中过夜游客35万人次，旅游综合收入9.6亿元。",
    "各类市场主体达8652户，其中企业1893户、个体工商户6512户、农民专业合作社247户。",
    "项目总投资2860万元，其中：中央预算内投资2000万元，地方配套860万元，截至12月底完成投资2860万元，投资完成率100%。",
    "公务接待费2.1万元，较上年2.4万元减少0.3万元，下降12.5%。",
    "公用经费62.4万元，主要包括办公费10万元、水电费8万元、差旅费12万元等。",
    "发放种粮补贴1265.3万元，惠及农户21056户。",
    "全年立案28件，结案26件，罚款15.6万元；移送司法机关2件。",
    "应参加考核98人，实际参加考核98人，完成率100%。",
    "印制宣传册3000份、宣传画500张，悬挂横幅60余条。",
    "机关在编人员45人，其中男31人、女14人，中共党员38人。",
    "预算收入较2023年减少46万元，下降8.4%，主要原因是人员减少3名。",
    "全年财政供养人员158人，其中在职112人，离退休46人。",
    "城区绿化覆盖率41.2%，比上年提高0.8个百分点。",
    "根据县财绩〔2024〕15号文件要求，于2025年3月20日前完成12个项目的自评。",
    "2024年一般公共预算财政拨款支出8，650，000元，其中基本支出7,150,000元、项目支出1,500,000元。",
    "全年完成房屋征收86户，占年度计划80户的107.5%，签约率100%。",
    "开展安全检查3—5次，排查隐患约120处，整改率达98%。",
    "公车运行费支出8.6万元，占47.8%；接待费支出9.4万元，占52.2%。接待86批次912人。",
    "新增就业5230人，完成目标任务5000人的104.6%；再就业1280人，完成目标任务1200人的106.7%。",
    "共有车辆6辆，其中一般公务用车2辆、执法执勤用车4辆；单价50万元以上设备1台。",
    "2022年、2023年、2024年分别投入120万元、150万元、180万元，三年累计投入450万元。",
    "年初预算为320.5万元，支出决算为358.96万元，完成年初预算的112%，追加预算38万元。",
    "实施项目15个（含转列项目5个），年初批复8个项目985万元（含结转项目50万元），年中增加8个项目（含转列项目5个）。",
    "收、支总计各减少1267.86、2570.97万元，各下降23.51%、38.28%。",
    "单位下设办公室、财务股、规划股3个股室和1个二级机构，行政编制28名，离休2人，退休35人。",
    "实际到位资金450万元，资金到位率90%，其中中央300万元，省级150万元。",
    "收入总计2846.37万元，其中：一般公共预算财政拨款收入2510.2万元，政府性基金预算财政拨款收入280万元，年初结转和结余56.17万元。",
    "收入总计846万元，其中财政拨款收入700万元，其他收入100万元，上年结转46万元。",
    "本年支出合计100万元，其中：基本支出60万元，项目支出40万元，年末结转和结余5万元。",
    "工资福利支出865.3万元，商品和服务支出142.7万元，对个人和家庭的补助支出96万元，三项合计1104万元。",
    "全局编制52个，其中行政编制22个、事业编制30个；年末实有在职人员49人，控制率94.2%。",
    "年末实有在职人员56人，编制52个，控制率107.7%。",
    "支付率由去年的91.2%提高到97.5%，提高6.3个百分点。",
    "发现问题326个，已整改318个，整改率97.5%。",
    "受理诉求420件，办结420件，按时办结率98.1%。",
    "抽检农产品800批次，合格788批次，不合格率1.5%。",
    "基本支出1320.4万元，项目支出556.12万元，支出合计1876.52万元。",
];

/// Sentences with a fault, and the rule that says so.
const FAULTS: [(&str, &str); 48] = [
    ("全年支出共计486.2万元，其中：基本支出402.7万元，项目支出85.3万元。", "GJ505"),
    ("本年度支出决算1260.55万元，其中基本支出1001.35万元，占79.4%；项目支出259.2万元，占26.0%。", "GJ506"),
    ("单位核定编制36名，实有在职人员33人，其中行政人员12人、事业人员17人、工勤人员3人。", "GJ501"),
    ("2024年收入合计3,215.80万元，较上年增加215.80万元，增长6.7%。", "GJ509"),
    ("项目支出决算数为96.4万元，比上年的88.2万元增加8.8万元，增长9.98%。", "GJ509"),
    ("“三公”经费支出18.6万元，同比减少1.4万元，下降9.3%。", "GJ509"),
    ("新建农村公路计划任务42公里，实际完成45公里，完成率93.3%。", "GJ508"),
    ("全年计划培训乡村医生400人次，实际培训420人次，完成年度任务的95%。", "GJ508"),
    ("完成植树造林5.2万亩，占年度任务5万亩的140%。", "GJ508"),
    ("下达专项资金600万元，实际支出589.8万元，预算执行率99.8%。", "GJ508"),
    ("全县共有养老机构25所，其中公办养老机构17所，占总数的86%。", "GJ506"),
    ("参训学员860人，其中女学员402人，占64.7%。", "GJ506"),
    ("参训学员860人，其中女学员902人。", "GJ510"),
    ("办公费4.2万元、印刷费1.3万元、差旅费6.5万元，合计12.5万元。", "GJ505"),
    ("财政拨款收入由2023年的520万元增加到2024年的572万元，增长9.1%。", "GJ509"),
    ("内设机构5个，分别为办公室、财务股、业务股、监督股。", "GJ514"),
    ("补助资金到位3260万元，其中中央资金2282万元、省级资金652万元、区级资金326万元，分别占70%、30%、10%。", "GJ506"),
    ("下设四个科室：综合科、规划财务科、执法科。", "GJ514"),
    ("收到疑点数据31条，查实86条，追回资金4.8万元。", "GJ510"),
    ("年初预算安排1500万元，全年执行1432.5万元，执行率为99.5%。", "GJ508"),
    ("争取上级资金1.2亿元，其中中央资金8500万元，省级资金2500万元。", "GJ505"),
    ("医保参保任务数118000人，已完成参保116230人，任务完成率101.5%。", "GJ508"),
    ("各类市场主体达8652户，其中企业1893户、个体工商户6512户、农民专业合作社274户。", "GJ505"),
    ("公务接待费2.1万元，较上年2.4万元减少0.5万元。", "GJ509"),
    ("应参加考核98人，实际参加考核95人，完成率100%。", "GJ508"),
    ("机关在职人员45人，其中行政人员30人、事业人员10人、离退休人员5人。", "GJ516"),
    ("2024年一般公共预算财政拨款支出8,650,000元，其中基本支出7,150,000元、项目支出1,050,000元。", "GJ505"),
    ("全年完成房屋征收86户，占年度计划80户的105.7%，签约率100%。", "GJ508"),
    ("全年支出共计486.2万元，其中：基本支出402.7元，占82.8%；项目支出83.5万元，占17.2%。", "GJ513"),
    ("总支出500万元，其中基本支出350万元，占70%；项目支出150万元，占35%。", "GJ507"),
    ("行政人员、事业人员、工勤人员共33人，分别为8人、21人和2人。", "GJ501"),
    ("全年培训20次，其中省级5次、市级6次、县级8次。", "GJ505"),
    ("基本支出870万元，其中人员经费760万元，公用经费101万元。", "GJ505"),
    ("完成固定资产投资8.6亿元，占全年目标任务8亿元的117.5%。", "GJ508"),
    ("本年支出1042.6万元，比上年增加42.6万元，增长5.3%。", "GJ509"),
    ("公用经费支出66.3万元，较上年减少3.7万元，下降3.5%。", "GJ509"),
    ("抽检食品1200批次，合格1260批次。", "GJ510"),
    ("发放贷款贴息资金86万元，占年度计划100万元的68%。", "GJ508"),
    ("年度预算数为350万元，实际支出343万元，预算执行率为102%。", "GJ508"),
    ("教师编制120人，实有在编118人，其中管理人员10人、专业技术人员96人、工勤人员10人。", "GJ501"),
    ("三公经费合计9.8万元，其中公务用车运行维护费6.5万元，公务接待费3.8万元。", "GJ505"),
    ("工资福利支出865.3万元，商品和服务支出142.7万元，对个人和家庭的补助支出96万元，三项合计1140万元。", "GJ505"),
    ("年末实有在职人员56人，编制52个，控制率94.2%。", "GJ508"),
    ("支付率由去年的91.2%提高到97.5%，提高7.3个百分点。", "GJ509"),
    ("发现问题326个，已整改318个，整改率99.5%。", "GJ508"),
    ("受理诉求420件，办结399件，办结率98%。", "GJ508"),
    ("抽检农产品800批次，合格788批次，合格率99.5%。", "GJ508"),
    ("本年度基本支出1320.4元，项目支出556.12万元，支出合计1876.52万元。", "GJ513"),
];

#[test]
fn sentences_that_tie_raise_nothing_and_others_raise_their_rule() {
    let mut wrong = Vec::new();
    for text in TIES {
        let (found, _) = faults(&[text]);
        if !found.is_empty() {
            wrong.push(format!("ties, but {found:?}: {text}"));
        }
    }
    for (text, code) in FAULTS {
        let (found, _) = faults(&[text]);
        if !found.contains(&code) {
            wrong.push(format!("not {code} but {found:?}: {text}"));
        }
    }
    let all = TIES.len() + FAULTS.len();
    assert!(wrong.is_empty(), "{} of {all} are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Every sentence that is not sure of its reading is a warning, whatever its rule.
#[test]
fn a_guess_is_no_error() {
    let (forms, pack) = world();
    for text in
        ["全年培训20次，其中省级5次、市级6次、县级8次。", "办公费4.2万元、印刷费1.3万元、差旅费6.5万元，合计12.5万元。"]
    {
        let submission = submission(&[text]);
        let shared = Shared::of(&submission, forms, pack);
        let rule = pack.rule("GJ505").unwrap();
        let context =
            Context { submission: &submission, before: None, forms, rule, grammar: &pack.grammar, shared: &shared };
        let noted = run("words-parts", &context);
        assert!(noted.iter().any(|noted| noted.verdict == Verdict::Unbalanced && noted.likely), "{text}");
    }
}

/// One long text in two cells is one statement with two places.
#[test]
fn a_copied_fault_is_said_once_with_both_cells() {
    let text = "新建农村公路计划任务42公里，实际完成45公里，完成率93.3%。";
    let (forms, pack) = world();
    let submission = submission(&[text, text]);
    let shared = Shared::of(&submission, forms, pack);
    let rule = pack.rule("GJ508").unwrap();
    let context =
        Context { submission: &submission, before: None, forms, rule, grammar: &pack.grammar, shared: &shared };
    let noted = run("words-rate", &context);
    assert_eq!(noted.len(), 1);
    let cells: std::collections::BTreeSet<String> = noted[0]
        .uses
        .iter()
        .filter_map(|one| match &one.at {
            crate::reconcile::outcome::At::Cell { cell, .. } => Some(cell.to_string()),
            _ => None,
        })
        .collect();
    assert_eq!(cells.into_iter().collect::<Vec<_>>(), ["A1", "A2"]);
    assert!(noted[0].words.as_ref().is_some_and(|words| words.zh.contains("分子分母颠倒")));
}

/// However long a cell is, the fault in its last sentence is found.
#[test]
fn a_long_cell_is_read_to_its_end() {
    let filler = "全年召开会议12次，培训人员340人，各项工作按计划推进。".repeat(1_500);
    assert_eq!(faults(&[&filler]).0, Vec::<&str>::new());
    assert_eq!(faults(&[&format!("{filler}参保任务91322人，完成参保92236人，完成率99%。")]).0, ["GJ508"]);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(256))]

    /// Whatever stands in the cells, reading and tying them ends, and spans lie inside the text.
    #[test]
    fn no_text_makes_it_panic(
        texts in proptest::collection::vec("(其中|共|占|完成率|完成|任务|比上年|增加|下降|分别为|[0-9]{1,9}|[0-9.,%]|万元|人|个|年|余|约|近|—|、|，|；|。|（|）|：|\n|基本支出|预算|一二|十|百|亿|\\PC){0,30}", 1..3),
    ) {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let _ = faults(&texts);
        let submission = submission(&texts);
        let words = Read::of(&submission, &world().0, &world().1.grammar);
        for sentence in &words.narrative.sentences {
            let text = texts[sentence.cell.row as usize];
            for mention in &sentence.mentions {
                proptest::prop_assert!(mention.span.0 < mention.span.1 && mention.span.1 <= text.chars().count());
                proptest::prop_assert!(mention.interval.lo <= mention.interval.hi);
            }
        }
    }
}
