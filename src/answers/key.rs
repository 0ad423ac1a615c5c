//! A finding's key in its parts: rule, form, project, line, measure, unit, year, and a number where two are alike.

/// The parts of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key<'k> {
    pub code: &'k str,
    /// Form, project, line and measure as they stand.
    pub place: &'k str,
    pub entity: &'k str,
    pub year: Option<i32>,
    /// Behind the year, where two findings are alike but for their row.
    pub number: &'k str,
}

impl<'k> Key<'k> {
    /// Takes a key apart; of a text that is no key, what there is.
    ///
    /// # Examples
    /// ```
    /// use gouji::answers::key::Key;
    /// let key = Key::of("GJ203|basic-data||三公经费|本年决算数|甲局|2024|2");
    /// assert_eq!((key.code, key.entity, key.year, key.number), ("GJ203", "甲局", Some(2024), "2"));
    /// ```
    #[must_use]
    pub fn of(key: &'k str) -> Self {
        let (code, rest) = key.split_once('|').unwrap_or((key, ""));
        let cut = |text: &'k str| text.rsplit_once('|').unwrap_or(("", text));
        let (before, last) = cut(rest);
        // A year has four digits, the number of a row has fewer; a key without a year has nothing in its place.
        let is_year = |text: &str| text.is_empty() || (text.len() == 4 && text.parse::<i32>().is_ok());
        let (before, year, number) = if is_year(last) {
            (before, last, "")
        } else {
            let (before, year) = cut(before);
            (before, year, last)
        };
        let (place, entity) = cut(before);
        Self { code, place, entity, year: year.parse().ok(), number }
    }

    /// The same in every year: without the key's own year, and without years in the names of projects.
    #[must_use]
    pub fn of_every_year(&self) -> String {
        [self.code, &without_years(self.place), self.entity, self.number].join("|")
    }
}

/// Takes `2024年` and `2024年度` out of a name.
#[must_use]
pub fn without_years(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut kept = String::with_capacity(text.len());
    let mut at = 0;
    while at < letters.len() {
        let digits = letters[at..].iter().take_while(|c| c.is_ascii_digit()).count();
        if digits == 4 && letters[at] == '2' && letters.get(at + 4) == Some(&'年') {
            at += 5 + usize::from(letters.get(at + 5) == Some(&'度'));
        } else {
            let step = digits.max(1);
            kept.extend(&letters[at..at + step]);
            at += step;
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_meet_over_the_years() {
        let (now, before) = ("GJ6|p|2024年度养护|表|分|甲|2024", "GJ6|p|2023年度养护|表|分|甲|2023");
        assert_eq!(Key::of(now).of_every_year(), Key::of(before).of_every_year());
        assert_ne!(Key::of("GJ6|p||a|分|甲|2024|2").of_every_year(), Key::of("GJ6|p||a|分|甲|2023").of_every_year());
        let bare = Key::of("GJ6|p||||甲|");
        assert_eq!((bare.entity, bare.year), ("甲", None));
        assert_eq!(without_years("12024年 2023年决算数 2023"), "12024年 决算数 2023");
        assert_eq!(Key::of("x").code, "x");
    }
}
