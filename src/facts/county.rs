//! The county in a unit's name, for laying facts out by place.

use super::gather::normal_entity;

/// Words that end in a sign of an administrative area and are none.
const NOT_AREAS: [&str; 16] = [
    "社区", "园区", "景区", "地区", "校区", "灾区", "库区", "林区", "矿区", "小区", "片区", "院区", "超市", "都市",
    "门市", "上市",
];

/// Finds the county, county-level city, district or banner that a unit's name begins with; of a district its city too,
/// for districts share their names. A name that begins with none has none.
///
/// # Examples
/// ```
/// use gouji::facts::county::county;
/// assert_eq!(county("双牌县社会保险服务中心").as_deref(), Some("双牌县"));
/// assert_eq!(county("湖南省长沙市岳麓区教育局").as_deref(), Some("长沙市岳麓区"));
/// assert_eq!(county("县财政局"), None);
/// ```
#[must_use]
pub fn county(entity: &str) -> Option<String> {
    let name: Vec<char> = normal_entity(entity).chars().collect();
    let mut areas: Vec<String> = Vec::new();
    let mut start = 0;
    while let Some(length) = area(&name[start..]) {
        areas.push(name[start..start + length].iter().collect());
        start += length;
    }
    let last = areas.pop().filter(|last| !last.ends_with('省'))?;
    if last.ends_with('区') && !last.ends_with("自治区") {
        let city = areas.pop().filter(|city| city.ends_with('市')).unwrap_or_default();
        return Some(format!("{city}{last}"));
    }
    Some(last)
}

/// The length of the area's name that a text begins with: two to seven letters and the sign of an area.
fn area(text: &[char]) -> Option<usize> {
    let end = text.iter().take(9).position(|c| matches!(c, '省' | '市' | '县' | '区' | '旗' | '州' | '盟'))?;
    let word: String = text[..=end].iter().collect();
    // The word becomes a folder's name, so it is letters and nothing else.
    let is_area =
        end >= 1 && word.chars().all(char::is_alphabetic) && !NOT_AREAS.iter().any(|other| word.ends_with(other));
    // `永州市` and `自治州` hold a sign before their own.
    let longer = text.get(end + 1).filter(|c| text[end] == '州' && matches!(c, '市' | '县' | '区'));
    is_area.then_some(end + 1 + usize::from(longer.is_some()))
}
