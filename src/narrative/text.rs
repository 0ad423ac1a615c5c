//! A text as it is compared: half-width, without spaces, each letter with the place it had.

use crate::forms::normal::half_width;

/// The letters of a text that matter; a line break stays, since it ends a sentence.
#[derive(Debug, Clone, Default)]
pub struct Letters {
    pub chars: Vec<char>,
    /// For each letter, its number in the text as typed, counted from zero.
    pub at: Vec<usize>,
}

impl Letters {
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut letters = Self::default();
        for (at, c) in text.chars().enumerate() {
            let kept = if matches!(c, '\n' | '\r') { Some('\n') } else { half_width(c) };
            if let Some(c) = kept {
                letters.chars.push(c);
                letters.at.push(at);
            }
        }
        letters
    }

    /// The sentences: from one full stop or line break to the next, as half-open ranges of letters.
    #[must_use]
    pub fn sentences(&self) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        let mut from = 0;
        for (at, c) in self.chars.iter().enumerate() {
            if matches!(c, '\n' | '。' | '!' | '?') {
                if at > from {
                    found.push((from, at));
                }
                from = at + 1;
            }
        }
        if from < self.chars.len() {
            found.push((from, self.chars.len()));
        }
        found
    }
}

/// A run of letters as a string.
#[must_use]
pub fn string(chars: &[char]) -> String {
    chars.iter().collect()
}

/// The depth of a number in front of a heading: 一、 is 1, （一） 2, 1. 3, （1） 4, ① 5; with the letters it takes.
#[must_use]
pub fn numbering(chars: &[char]) -> Option<(u8, usize)> {
    let chinese = |c: char| matches!(c, '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十');
    let run = |from: usize, is: &dyn Fn(char) -> bool| {
        chars.get(from..).unwrap_or_default().iter().take(3).take_while(|c| is(**c)).count()
    };
    let next = |at: usize| chars.get(at).copied().unwrap_or('\0');
    match next(0) {
        c if ('①'..='⑳').contains(&c) => Some((5, 1)),
        '(' => {
            let (words, digits) = (run(1, &chinese), run(1, &|c| c.is_ascii_digit()));
            match (words, digits) {
                (n, _) if n > 0 && next(n + 1) == ')' => Some((2, n + 2)),
                (_, n) if n > 0 && next(n + 1) == ')' => Some((4, n + 2)),
                _ => None,
            }
        }
        c if chinese(c) => {
            let n = run(0, &chinese);
            if next(n) == '、' {
                Some((1, n + 1))
            } else if n == 1 && next(1) == '是' {
                Some((6, 2))
            } else {
                None
            }
        }
        c if c.is_ascii_digit() => {
            let n = run(0, &|c| c.is_ascii_digit());
            let sign = matches!(next(n), '.' | '、') && n <= 2;
            (sign && !next(n + 1).is_ascii_digit()).then_some((3, n + 1))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_know_where_they_stood() {
        let letters = Letters::of("共 ５\u{3000}人，\n完");
        assert_eq!(string(&letters.chars), "共5人,\n完");
        assert_eq!(letters.at, [0, 2, 4, 5, 6, 7]);
        assert_eq!(letters.sentences(), [(0, 4), (5, 6)]);
    }

    #[test]
    fn headings_have_a_depth() {
        for (text, depth) in [
            ("一、概况", Some(1)),
            ("(二)支出", Some(2)),
            ("1.机关事保", Some(3)),
            ("(1)股室", Some(4)),
            ("①", Some(5)),
            ("一是加强", Some(6)),
            ("1.5万元", None),
            ("三公经费", None),
            ("2024年", None),
            ("", None),
            ("(", None),
        ] {
            assert_eq!(numbering(&Letters::of(text).chars).map(|(depth, _)| depth), depth, "{text}");
        }
    }
}
