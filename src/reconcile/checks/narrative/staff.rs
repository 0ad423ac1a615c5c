//! Staff and bodies in words: kinds of staff, retirees, the type of a unit, and counts beside lists of names.

use super::sums::{is_staff, sum};
use super::{Context, Noted, Spoken, cut, fault};
use crate::model::finding::Role;
use crate::model::{Verdict, Words};
use crate::narrative::Mention;

/// The kinds of staff make the staff.
pub fn parts(context: &Context<'_>) -> Vec<Noted> {
    let mut noted = Vec::new();
    for spoken in context.shared.words.all() {
        for list in spoken.lists.iter().filter(|list| list.parts.len() > 1 && is_staff(context, list)) {
            noted.extend(sum(context, spoken, list));
        }
    }
    noted
}

fn posts(mention: &Mention) -> bool {
    ["在编", "在职", "编制", "在岗"].iter().any(|word| mention.gap.contains(word)) && mention.noun == "人"
}

/// Retirees stand outside establishment and staff in post.
pub fn retired(context: &Context<'_>) -> Vec<Noted> {
    let mut noted = Vec::new();
    for spoken in context.shared.words.all() {
        for list in
            spoken.lists.iter().filter(|list| !list.behind && list.adjacent && posts(spoken.mention(list.total)))
        {
            let total = spoken.mention(list.total);
            // 在职和退休人员50人 is a total of both.
            if ["退休", "离休"].iter().any(|word| total.gap.contains(word)) {
                continue;
            }
            let retired = list.parts.iter().find(|at| {
                let core = &spoken.mention(**at).core;
                core.contains("退休") || core.contains("离休")
            });
            let mut uses = vec![spoken.said(list.total, Role::Total)];
            uses.extend(list.parts.iter().map(|at| spoken.said(*at, Role::Term)));
            let Some(at) = retired else {
                noted.push(spoken.noted(context, list.total, Verdict::Balanced, uses));
                continue;
            };
            let mut found = spoken.noted(context, list.total, Verdict::Unbalanced, uses);
            let zh = "编制或在职人数中列有离退休人员";
            found.words = Some(fault(&spoken.quote(list.total, *at), true, zh, "retirees are counted among the staff"));
            noted.push(found);
        }
    }
    noted
}

/// A public-benefit institution with administrative posts.
pub fn unit_type(context: &Context<'_>) -> Vec<Noted> {
    let typed = context.shared.words.all().find(|spoken| {
        ["公益一类", "公益二类"].iter().any(|word| spoken.sentence.text.contains(word))
            && spoken.sentence.text.contains("单位")
    });
    let Some(typed) = typed else { return Vec::new() };
    let own = |spoken: &Spoken<'_>| spoken.sentence.table == typed.sentence.table;
    let named = |mention: &Mention| {
        let words = format!("{}{}", mention.core, mention.tail);
        ["行政编制", "参公", "参照公务员"].iter().any(|word| words.contains(word)) && !words.contains("非参公")
    };
    let mut staffed: Option<(Spoken<'_>, usize)> = None;
    let mut posts: Option<(Spoken<'_>, usize)> = None;
    for spoken in context.shared.words.all().filter(own) {
        for (at, mention) in spoken.sentence.mentions.iter().enumerate().filter(|(_, m)| m.noun == "人") {
            let is_post = spoken.lists.iter().any(|list| list.parts.contains(&at) && is_staff(context, list));
            if is_post || mention.gap.contains("编制") {
                posts.get_or_insert((spoken, at));
            }
            if is_post && named(mention) && !mention.value.is_zero() {
                staffed.get_or_insert((spoken, at));
            }
        }
    }
    let quote = typed.clause(&typed.sentence.text);
    match (staffed, posts) {
        (Some((spoken, at)), _) => {
            let mut found = spoken.noted(context, at, Verdict::Unbalanced, vec![spoken.said(at, Role::Subject), quote]);
            let zh = "单位写明是公益类事业单位，却列有行政编制或参公人员";
            let en = "the unit is a public-benefit institution and yet lists administrative posts";
            found.words = Some(fault(&spoken.quote(at, at), true, zh, en));
            vec![found]
        }
        (None, Some((spoken, at))) => {
            vec![spoken.noted(context, at, Verdict::Balanced, vec![spoken.said(at, Role::Subject), quote])]
        }
        (None, None) => Vec::new(),
    }
}

/// Nouns of bodies that a sentence counts and lists.
const BODIES: [&str; 12] =
    ["股室", "科室", "处室", "内设机构", "部门", "站所", "机构", "下属单位", "二级单位", "办公室", "股", "科"];
/// Letters that end the noun of a body: 部室, 职能处, 大队.
const BODY: [char; 12] = ['室', '科', '股', '处', '部', '所', '站', '队', '办', '院', '组', '馆'];
/// Words before the list.
const OPENERS: [&str; 10] = ["分别为", "分别是", "包括", "分别", "即", "具体为", "具体是", "有", ":", "为"];

/// A count of bodies equals the names listed behind it.
pub fn listed(context: &Context<'_>) -> Vec<Noted> {
    let mut noted = Vec::new();
    let all: Vec<Spoken<'_>> = context.shared.words.all().collect();
    for (index, spoken) in all.iter().enumerate() {
        for (at, mention) in spoken.sentence.mentions.iter().enumerate() {
            let words = format!("{}{}", mention.lead, mention.tail);
            let counts = mention.noun == "个"
                && ["下设", "内设", "设有", "设立", "设置", "下辖", "下属", "所属", "设"]
                    .iter()
                    .any(|word| mention.lead.contains(word))
                && (BODIES.iter().any(|word| words.contains(word)) || mention.tail.ends_with(BODY));
            if !counts || mention.approximate {
                continue;
            }
            let rest: String = spoken.sentence.text.chars().skip(mention.at.1).collect();
            let next = all.get(index + 1).filter(|next| {
                next.sentence.cell == spoken.sentence.cell && next.sentence.table == spoken.sentence.table
            });
            let names = names(&rest).or_else(|| {
                let text = &next?.sentence.text;
                OPENERS[..7].iter().any(|word| text.starts_with(word)).then(|| names(text)).flatten()
            });
            if let Some(names) = names {
                noted.push(counted(context, *spoken, at, &names));
            }
        }
    }
    noted
}

/// The names of a list, each count that the list can be read as; none where it is open (等) or no list.
fn names(text: &str) -> Option<(Vec<String>, Vec<usize>)> {
    let (at, opener) = OPENERS
        .iter()
        .filter_map(|word| Some((text.find(word)?, *word)))
        .min_by_key(|(at, word)| (*at, std::cmp::Reverse(word.len())))?;
    let rest = &text[at + opener.len()..];
    let rest = rest.trim_start_matches([':', '为', '是']);
    let end = rest.find([';', '。', '(']).unwrap_or(rest.len());
    let list = &rest[..end];
    let items: Vec<&str> = list.split(['、', ',']).filter(|item| !item.is_empty()).collect();
    let open = list.contains('等')
        || items.len() < 2
        || items.iter().any(|item| item.chars().count() > 16 || item.chars().any(|c| c.is_ascii_digit()));
    if open {
        return None;
    }
    // 和 may join two names or stand in one.
    let joined = items.iter().map(|item| item.matches(['和', '及', '与']).count()).sum::<usize>();
    Some((items.iter().map(|item| (*item).to_owned()).collect(), (items.len()..=items.len() + joined).collect()))
}

fn counted(context: &Context<'_>, spoken: Spoken<'_>, at: usize, (names, counts): &(Vec<String>, Vec<usize>)) -> Noted {
    let mention = spoken.mention(at);
    let holds = counts.iter().any(|count| mention.value == rust_decimal::Decimal::from(*count));
    let found = if holds { Verdict::Balanced } else { Verdict::Unbalanced };
    let mut noted = spoken.noted(context, at, found, vec![spoken.said(at, Role::Subject)]);
    if !holds {
        let (n, list) = (counts[0], cut(&names.join("、")));
        noted.words = Some(Words::new(
            format!("“{}”：所列名称{n}个（{list}），请核实", spoken.quote(at, at)),
            format!("“{}”: {n} names are listed ({list}); please verify", spoken.quote(at, at)),
        ));
    }
    noted
}
