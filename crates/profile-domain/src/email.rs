//! E-mail addresses: the one rule for every door through which an address enters (contract tenant, section 4.1).

use crate::rule::Fault;

/// Most Unicode scalar values of an address.
pub const MAX_CHARS: usize = 254;
/// Most Unicode scalar values of the part before the `@`.
const MAX_LOCAL_CHARS: usize = 64;

/// Returns the address in `text` without outer white space. An address has one `@`, 1 to 64 characters before it, a domain
/// with a dot behind it, and neither white space nor control characters; whether anybody receives mail there is not asked.
///
/// # Errors
/// [`Fault`]; blank comes before too long, and that before the form.
///
/// # Examples
/// ```
/// use profile_domain::{email::check, rule::Fault};
///
/// assert_eq!(check(" mira@example.test "), Ok("mira@example.test"));
/// assert_eq!(check("mira@localhost"), Err(Fault::Malformed));
/// ```
pub fn check(text: &str) -> Result<&str, Fault> {
    let address = text.trim();
    if address.is_empty() {
        return Err(Fault::Blank);
    }
    if address.chars().count() > MAX_CHARS {
        return Err(Fault::TooLong);
    }
    let (local, domain) = address.split_once('@').ok_or(Fault::Malformed)?;
    let plain = |character: char| !character.is_whitespace() && !character.is_control();
    let well_formed = (1..=MAX_LOCAL_CHARS).contains(&local.chars().count())
        && domain.contains('.')
        && !domain.contains('@')
        && address.chars().all(plain);
    if well_formed { Ok(address) } else { Err(Fault::Malformed) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_form_is_that_of_the_page_and_nothing_else() {
        for fine in [
            "mira.solberg@example.test",
            "a@b.c",
            "aaa..bbb@docomo.ne.jp",
            ".lead@ezweb.ne.jp",
            "trail.@ezweb.ne.jp",
            "a+b@c.de",
            "\"q\"@c.de",
            "(c)<d>,;:\\[e]@c.de",
            "rene\u{301}@example.fr",
            "用户@例子.广告",
            "a@-b.c_d",
            "a@[127.0.0.1]",
            &format!("{}@c.de", "é".repeat(64)),
            &format!("{}@c.de", "😀".repeat(64)),
            &format!("a@{}.de", "é".repeat(249)),
        ] {
            assert_eq!(check(fine), Ok(fine));
        }
        assert_eq!(check(" \u{3000}a@b.c\n"), Ok("a@b.c"));
    }

    #[test]
    fn what_is_no_address_is_told_why() {
        for wrong in [
            "x",
            "a@b",
            "a b@c.de",
            "a@c d.de",
            "a@c\u{a0}.de",
            "@c.de",
            "a@b@c.de",
            "a@@c.de",
            "a\u{1}@b.c",
            "a\0@b.c",
            "a@b.c\u{85}d",
            &format!("{}@c.de", "é".repeat(65)),
            &format!("{}@c.de", "e\u{301}".repeat(33)),
        ] {
            assert_eq!(check(wrong), Err(Fault::Malformed), "{wrong:?}");
        }
        for blank in ["", " ", "\t\u{3000}"] {
            assert_eq!(check(blank), Err(Fault::Blank));
        }
        for long in [format!("a@{}.de", "é".repeat(250)), "x".repeat(255)] {
            assert_eq!(check(&long), Err(Fault::TooLong));
        }
    }

    proptest! {
        #[test]
        fn outer_white_space_changes_nothing(text in "\\PC{0,80}") {
            let padded = format!(" \t{text}\u{2003}");
            prop_assert_eq!(check(&padded), check(&text));
        }
    }
}
