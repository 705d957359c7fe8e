//! Sizes as pages show them.

use askama::{Template, filters::HtmlSafe};

const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];

/// A number of bytes: in the unit in which it is short, with the exact number beside it.
#[derive(Template, Clone, Debug, PartialEq, Eq)]
#[template(path = "components/bytes.html")]
pub(crate) struct Bytes {
    exact: u64,
    text: String,
}

impl HtmlSafe for Bytes {}

impl Bytes {
    pub(crate) fn new(exact: u64) -> Self {
        Self { exact, text: text(exact) }
    }
}

fn text(bytes: u64) -> String {
    // Tenths of the unit, rounded to the nearest.
    let (mut unit, mut tenths) = ("bytes", u128::from(bytes) * 10);
    let mut divisor: u128 = 1;
    for larger in UNITS {
        if tenths < 10_240 {
            break;
        }
        divisor *= 1024;
        tenths = (u128::from(bytes) * 10 + divisor / 2) / divisor;
        unit = larger;
    }
    match tenths {
        _ if divisor == 1 => format!("{bytes} {unit}"),
        1000.. => format!("{} {unit}", (tenths + 5) / 10),
        _ => format!("{}.{} {unit}", tenths / 10, tenths % 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_short() {
        for (bytes, shown) in [
            (0, "0 bytes"),
            (1023, "1023 bytes"),
            (1024, "1.0 KiB"),
            (1535, "1.5 KiB"),
            (102_400, "100 KiB"),
            (1_048_575, "1.0 MiB"),
            (4_404_019, "4.2 MiB"),
            (1 << 40, "1.0 TiB"),
            (u64::MAX, "16777216 TiB"),
        ] {
            assert_eq!(text(bytes), shown, "{bytes}");
        }
    }

    #[test]
    fn the_exact_number_is_beside_a_size() {
        let shown = Bytes::new(4096).render().unwrap();
        assert_eq!(shown, r#"<data value="4096" title="4096 bytes">4.0 KiB</data>"#);
    }
}
