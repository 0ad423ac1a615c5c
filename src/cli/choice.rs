//! Which rules are used: all, or those that were named.

use anyhow::bail;
use clap::Args as ClapArgs;

use crate::rules::Pack;
use crate::rules::resolve::unknown;

/// Rules by their codes or how these begin, as typed.
#[derive(Debug, Clone, Default, ClapArgs)]
pub struct Choice {
    /// 只用这些公式 · only these rules (a code, or its beginning such as GJ2)
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    pub select: Vec<String>,
    /// 不用这些公式 · not these rules
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    pub ignore: Vec<String>,
}

impl Choice {
    /// Keeps the rules that were selected and not ignored.
    ///
    /// # Errors
    /// A name with which no rule begins.
    pub fn of(&self, mut pack: Pack) -> anyhow::Result<Pack> {
        let starts = |code: &str, start: &str| code.to_lowercase().starts_with(&start.to_lowercase());
        for named in self.select.iter().chain(&self.ignore) {
            if !pack.rules.iter().any(|rule| starts(&rule.code, named)) {
                bail!("{}", unknown("rule", named, pack.rules.iter().map(|rule| rule.code.as_str())));
            }
        }
        let listed = |list: &[String], code: &str| list.iter().any(|start| starts(code, start));
        pack.rules.retain(|rule| {
            (self.select.is_empty() || listed(&self.select, &rule.code)) && !listed(&self.ignore, &rule.code)
        });
        Ok(pack)
    }
}
