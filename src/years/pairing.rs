//! Which submission of last year is the same unit's.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::facts::gather::{likely_same, normal_entity};
use crate::facts::{Aliases, Submission};
use crate::forms::Forms;
use crate::model::Words;

/// The prior of one submission, and on what ground.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// Index into the priors.
    pub prior: usize,
    pub how: How,
}

impl Pair {
    /// Whether the pair is known rather than likely: only then may a tie to last year be an error.
    #[must_use]
    pub fn is_sure(&self) -> bool {
        match self.how {
            How::Name | How::Alias => true,
            How::Likeness(evidence) => evidence.bears_out(),
        }
    }
}

/// The ground of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// One name, without space and brackets.
    Name,
    /// Names that a rule file declares to be one unit's.
    Alias,
    /// Names or figures that are alike.
    Likeness(Evidence),
}

/// What speaks for a likely pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Evidence {
    /// Likeness of the names, in percent.
    pub alike: u32,
    /// Figures that this year repeats from last year, and last year filed.
    pub compared: usize,
    /// Those of them that are equal.
    pub equal: usize,
}

impl Evidence {
    /// At least three figures could be compared, and half of them agree.
    #[must_use]
    pub fn bears_out(&self) -> bool {
        self.compared >= 3 && self.equal * 2 >= self.compared
    }

    /// Five figures or more, and four in five agree: whatever the names are.
    fn speaks_alone(&self) -> bool {
        self.compared >= 5 && self.equal * 5 >= self.compared * 4
    }

    /// Five figures or more, and none agrees: whatever the names are.
    fn speaks_against(&self) -> bool {
        self.compared >= 5 && self.equal == 0
    }

    #[must_use]
    pub fn words(&self) -> Words {
        Words::new(
            format!("名称相似{}%，上年数{}项中{}项一致", self.alike, self.compared, self.equal),
            format!("names {} % alike, {} of {} prior-year figures equal", self.alike, self.equal, self.compared),
        )
    }
}

/// All pairs of a run, with everything about them that a person should see.
#[derive(Debug, Clone, Default)]
pub struct Pairing {
    /// One for each submission.
    pub pairs: Vec<Option<Pair>>,
    pub notices: Vec<PairNotice>,
}

impl Pairing {
    /// Submissions without a prior year.
    #[must_use]
    pub fn none(submissions: usize) -> Self {
        Self { pairs: vec![None; submissions], notices: Vec::new() }
    }
}

/// A pair, or the want of one, that a person should see.
#[derive(Debug, Clone)]
pub struct PairNotice {
    pub kind: PairNoticeKind,
    pub submission: Option<usize>,
    pub prior: Option<usize>,
    pub words: Words,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PairNoticeKind {
    /// Paired by likeness.
    Likely,
    /// No prior was found.
    Unpaired,
    /// Several priors could be meant, and none was taken.
    Several,
    /// One prior is paired with several submissions.
    Twice,
    /// Filed last year, and nobody's prior now.
    Unused,
}

impl PairNoticeKind {
    /// The name in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Likely => "likely",
            Self::Unpaired => "unpaired",
            Self::Several => "several",
            Self::Twice => "twice",
            Self::Unused => "unused",
        }
    }
}

/// Finds the prior of every submission.
///
/// A name decides, after normalisation and aliases, together with the year where both state one. What is left is
/// paired by likeness where exactly one candidate is likely and is so for one submission only; anything else is listed.
#[must_use]
pub fn pair(submissions: &[Submission], priors: &[Submission], forms: &Forms, aliases: &Aliases) -> Pairing {
    let mut pairing = Pairing::none(submissions.len());
    if priors.is_empty() {
        return pairing;
    }
    let several = pair_by_name(submissions, priors, aliases, &mut pairing);
    pair_by_likeness(submissions, priors, forms, &several, &mut pairing);
    list_twice_and_unused(submissions, priors, &mut pairing);
    pairing
}

/// Last year is the year before, where both are known.
fn follows(now: &Submission, prior: &Submission) -> bool {
    now.year.zip(prior.year).is_none_or(|(now, prior)| prior == now - 1)
}

/// Pairs equal names; gives the submissions whose name several priors bear.
fn pair_by_name(
    submissions: &[Submission],
    priors: &[Submission],
    aliases: &Aliases,
    pairing: &mut Pairing,
) -> Vec<usize> {
    let mut named: HashMap<String, Vec<usize>> = HashMap::new();
    for (index, prior) in priors.iter().enumerate() {
        named.entry(aliases.canonical(&prior.entity)).or_default().push(index);
    }
    let mut several = Vec::new();
    for (index, now) in submissions.iter().enumerate() {
        let Some(all) = named.get(&aliases.canonical(&now.entity)) else { continue };
        let mut fitting: Vec<usize> = all.iter().copied().filter(|prior| follows(now, &priors[*prior])).collect();
        // One that states its year goes before one that does not.
        if fitting.iter().any(|prior| priors[*prior].year.is_some()) && now.year.is_some() {
            fitting.retain(|prior| priors[*prior].year.is_some());
        }
        match fitting.as_slice() {
            [] => {}
            [prior] => {
                let same = normal_entity(&priors[*prior].entity) == normal_entity(&now.entity);
                pairing.pairs[index] = Some(Pair { prior: *prior, how: if same { How::Name } else { How::Alias } });
            }
            many => {
                several.push(index);
                let (zh, en) = listed(many, priors);
                let words = Words::new(
                    format!(
                        "“{}”在上年报送件中有多份同名（{zh}），未配对；请用 --year 写明年度或只给出一份",
                        now.entity
                    ),
                    format!(
                        "several prior submissions bear the name “{}” ({en}); none was taken: state the year with --year, or give one",
                        now.entity
                    ),
                );
                pairing.notices.push(PairNotice {
                    kind: PairNoticeKind::Several,
                    submission: Some(index),
                    prior: None,
                    words,
                });
            }
        }
    }
    several
}

fn listed(priors: &[usize], all: &[Submission]) -> (String, String) {
    let one = |index: &usize| {
        let prior = &all[*index];
        let file = prior.files.first().map_or("", |file| &*file.file);
        match prior.year {
            Some(year) => format!("{year} {file}"),
            None => file.to_owned(),
        }
    };
    let texts: Vec<String> = priors.iter().map(one).collect();
    (texts.join("、"), texts.join(", "))
}

/// How two submissions resemble each other.
fn resemblance(now: &Submission, prior: &Submission, forms: &Forms) -> Evidence {
    let (a, b) = (normal_entity(&now.entity), normal_entity(&prior.entity));
    let distance = strsim::osa_distance(&a, &b);
    let longest = a.chars().count().max(b.chars().count()).max(1);
    let alike = u32::try_from((longest - distance.min(longest)) * 100 / longest).unwrap_or(0);
    let (compared, equal) = repeated_figures(now, prior, forms);
    Evidence { alike, compared, equal }
}

/// Counts the figures that this year's form repeats from last year and last year's filing has, and the equal ones.
#[must_use]
pub fn repeated_figures(now: &Submission, prior: &Submission, forms: &Forms) -> (usize, usize) {
    let (mut compared, mut equal) = (0, 0);
    for table in &now.tables {
        let Some(before) = prior.tables_of(table.form).next() else { continue };
        for figure in &table.reading.figures {
            let Some(repeats) = forms.all[table.form].repeats(&figure.block, &figure.measure) else { continue };
            let twin = before.figure(&figure.block, &figure.line, repeats);
            let amounts = (figure.in_panel_unit(), twin.and_then(crate::forms::reading::Figure::in_panel_unit));
            if let (Some(here), Some(there)) = amounts
                && !(here.is_zero() && there.is_zero())
            {
                compared += 1;
                equal += usize::from(here == there);
            }
        }
    }
    (compared, equal)
}

/// Pairs what no name paired: first by names of which one is short for the other, then by figures alone.
fn pair_by_likeness(
    submissions: &[Submission],
    priors: &[Submission],
    forms: &Forms,
    several: &[usize],
    pairing: &mut Pairing,
) {
    let mut evidence: BTreeMap<(usize, usize), Evidence> = BTreeMap::new();
    let (left, free) = unpaired(submissions, priors, several, pairing);
    for now in &left {
        for prior in free.iter().filter(|prior| follows(&submissions[*now], &priors[**prior])) {
            evidence.insert((*now, *prior), resemblance(&submissions[*now], &priors[*prior], forms));
        }
    }
    let short = |(now, prior): (usize, usize), evidence: &Evidence| {
        likely_same(&submissions[now].entity, &priors[prior].entity) && !evidence.speaks_against()
    };
    for by_name in [true, false] {
        let (left, free) = unpaired(submissions, priors, several, pairing);
        let is_likely =
            |pair: (usize, usize), one: &Evidence| if by_name { short(pair, one) } else { one.speaks_alone() };
        let likely: Vec<(usize, usize)> = evidence
            .iter()
            .filter(|((now, prior), one)| left.contains(now) && free.contains(prior) && is_likely((*now, *prior), one))
            .map(|(pair, _)| *pair)
            .collect();
        for (now, prior) in &likely {
            let rivals = likely.iter().filter(|(a, b)| a == now || b == prior).count();
            if rivals == 1 {
                let ground = evidence[&(*now, *prior)];
                pairing.pairs[*now] = Some(Pair { prior: *prior, how: How::Likeness(ground) });
                let words = likely_words(&submissions[*now], &priors[*prior], ground);
                let kind = PairNoticeKind::Likely;
                pairing.notices.push(PairNotice { kind, submission: Some(*now), prior: Some(*prior), words });
            }
        }
    }
    let (left, free) = unpaired(submissions, priors, several, pairing);
    for index in left {
        let now = &submissions[index];
        let open: Vec<(usize, Evidence)> =
            free.iter().filter_map(|prior| Some((*prior, *evidence.get(&(index, *prior))?))).collect();
        let likely: Vec<usize> = open
            .iter()
            .filter(|(prior, one)| short((index, *prior), one) || one.speaks_alone())
            .map(|(prior, _)| *prior)
            .collect();
        let (kind, words) = if likely.is_empty() {
            let nearest = open.iter().max_by_key(|(_, one)| (one.equal, one.alike));
            let words = other_year_words(now, priors)
                .unwrap_or_else(|| unpaired_words(now, nearest.map(|(prior, one)| (&priors[*prior], *one))));
            (PairNoticeKind::Unpaired, words)
        } else {
            (PairNoticeKind::Several, several_words(now, &likely, priors))
        };
        pairing.notices.push(PairNotice { kind, submission: Some(index), prior: None, words });
    }
}

/// Submissions without a prior, but for those whose name several priors bear; and priors that nobody has.
fn unpaired(
    submissions: &[Submission],
    priors: &[Submission],
    several: &[usize],
    pairing: &Pairing,
) -> (Vec<usize>, Vec<usize>) {
    let taken: HashSet<usize> = pairing.pairs.iter().flatten().map(|pair| pair.prior).collect();
    let free = (0..priors.len()).filter(|prior| !taken.contains(prior)).collect();
    let open = |index: &usize| pairing.pairs[*index].is_none() && !several.contains(index);
    ((0..submissions.len()).filter(open).collect(), free)
}

/// As many names as a sentence holds.
const NAMED: usize = 5;

fn several_words(now: &Submission, likely: &[usize], priors: &[Submission]) -> Words {
    let names: Vec<String> = likely.iter().take(NAMED).map(|prior| format!("“{}”", priors[*prior].entity)).collect();
    let more = if likely.len() > NAMED { "…" } else { "" };
    Words::new(
        format!("“{}”与上年的{}{more}都相近，未配对；确认后请在公式文件中写明 [[alias]]", now.entity, names.join("、")),
        format!(
            "“{}” resembles {}{more} of last year alike; none was taken: declare an [[alias]] in a rule file",
            now.entity,
            names.join(", ")
        ),
    )
}

fn likely_words(now: &Submission, prior: &Submission, evidence: Evidence) -> Words {
    let ground = evidence.words();
    let (zh, en) = if evidence.bears_out() {
        ("", "")
    } else {
        ("；配对未经确认，跨年不符按警告列示", "; the pair is not confirmed, so ties to last year are warnings at most")
    };
    Words::new(
        format!(
            "“{}”按相似与上年“{}”配对（{}）{zh}。如属同一单位，请在公式文件中写明 [[alias]]",
            now.entity, prior.entity, ground.zh
        ),
        format!(
            "“{}” was paired with last year’s “{}” by likeness ({}){en}. Where they are one unit, declare an [[alias]] in a rule file",
            now.entity, prior.entity, ground.en
        ),
    )
}

/// The unit's own filing was given as last year's, and is of another year.
fn other_year_words(now: &Submission, priors: &[Submission]) -> Option<Words> {
    let name = normal_entity(&now.entity);
    let year = now.year?;
    let other = priors.iter().find(|prior| normal_entity(&prior.entity) == name && !follows(now, prior))?;
    let (of, due) = (other.year?, year - 1);
    let file = other.files.first().map_or("", |file| &*file.file);
    Some(Words::new(
        format!("“{}”的上年报送件应为{due}年度，给出的是{of}年度（{file}），跨年勾稽未做", now.entity),
        format!(
            "last year’s submission of “{}” should be of {due}; the one given is of {of} ({file}), and was not tied",
            now.entity
        ),
    ))
}

fn unpaired_words(now: &Submission, nearest: Option<(&Submission, Evidence)>) -> Words {
    let zh = format!("“{}”没有找到上年报送件，跨年勾稽未做", now.entity);
    let en = format!("no prior-year submission of “{}” was found; it was not tied to last year", now.entity);
    match nearest.filter(|(_, evidence)| evidence.alike >= 50 || evidence.equal > 0) {
        None => Words::new(zh, en),
        Some((prior, evidence)) => {
            let ground = evidence.words();
            Words::new(
                format!(
                    "{zh}；最接近的是“{}”（{}），如属同一单位请在公式文件中写明 [[alias]]",
                    prior.entity, ground.zh
                ),
                format!(
                    "{en}; the nearest is “{}” ({}): where they are one unit, declare an [[alias]] in a rule file",
                    prior.entity, ground.en
                ),
            )
        }
    }
}

fn list_twice_and_unused(submissions: &[Submission], priors: &[Submission], pairing: &mut Pairing) {
    let mut users: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (index, pair) in pairing.pairs.iter().enumerate() {
        if let Some(pair) = pair {
            users.entry(pair.prior).or_default().push(index);
        }
    }
    let latest = submissions.iter().filter_map(|one| one.year).max();
    for (prior, one) in priors.iter().enumerate() {
        let notice = |kind, words| PairNotice { kind, submission: None, prior: Some(prior), words };
        match users.get(&prior).map(Vec::as_slice) {
            Some([_]) => {}
            Some(many) => {
                let names: Vec<String> = many.iter().map(|index| listed(&[*index], submissions).0).collect();
                let words = Words::new(
                    format!("上年“{}”与{}份报送件配对：{}", one.entity, many.len(), names.join("、")),
                    format!(
                        "last year’s “{}” is the prior of {} submissions: {}",
                        one.entity,
                        many.len(),
                        names.join(", ")
                    ),
                );
                pairing.notices.push(notice(PairNoticeKind::Twice, words));
            }
            // An older year in the folder of priors is no one's loss.
            None if one.year.zip(latest).is_some_and(|(year, latest)| year != latest - 1) => {}
            None => {
                let words = Words::new(
                    format!("上年“{}”已报送，本年没有对应的报送件", one.entity),
                    format!("“{}” filed last year and has no submission this year", one.entity),
                );
                pairing.notices.push(notice(PairNoticeKind::Unused, words));
            }
        }
    }
}
