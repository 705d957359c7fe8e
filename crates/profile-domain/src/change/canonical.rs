//! The one text of each value that commitments are made of: JSON after RFC 8785, but integers with all their digits.

use std::fmt::Write as _;

use super::value::{Object, Value};

impl Value {
    /// Returns the canonical text, the same for equal values whatever the order of their members; `None` for an erased
    /// value, of which there is no text any more.
    #[must_use]
    pub fn canonical(&self) -> Option<String> {
        if matches!(self, Self::Redacted(_)) {
            return None;
        }
        let mut text = String::new();
        write_value(&mut text, self);
        Some(text)
    }
}

fn write_value(out: &mut String, value: &Value) {
    match value {
        // A whole field is erased, never a part of one.
        Value::Null | Value::Redacted(_) => out.push_str("null"),
        Value::Flag(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Value::Integer(number) => {
            write!(out, "{number}").ok();
        }
        Value::Number(number) => write_number(out, *number),
        Value::Text(text) => write_text(out, text.as_str()),
        Value::List(values) => {
            write_all(out, ['[', ']'], values, write_value);
        }
        Value::Object(object) => write_object(out, object),
        Value::Masked(digest) => {
            out.push_str("{\"digest\":");
            write_text(out, digest);
            out.push('}');
        }
    }
}

/// Writes `items` between brackets, with commas between them.
fn write_all<T>(
    out: &mut String,
    [open, close]: [char; 2],
    items: impl IntoIterator<Item = T>,
    write: impl Fn(&mut String, T),
) {
    out.push(open);
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write(out, item);
    }
    out.push(close);
}

/// Members are sorted by the UTF-16 code units of their names (RFC 8785, section 3.2.3).
fn write_object(out: &mut String, object: &Object) {
    let mut members: Vec<&(String, Value)> = object.members().iter().collect();
    members.sort_by(|(one, _), (other, _)| one.encode_utf16().cmp(other.encode_utf16()));
    write_all(out, ['{', '}'], members, |out, (name, value)| {
        write_text(out, name);
        out.push(':');
        write_value(out, value);
    });
}

/// Only what JSON demands is escaped (RFC 8785, section 3.2.2.2).
fn write_text(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            control if control < ' ' => {
                write!(out, "\\u{:04x}", u32::from(control)).ok();
            }
            character => out.push(character),
        }
    }
    out.push('"');
}

/// Numbers are written as ECMAScript does (RFC 8785, section 3.2.2.3). JSON has no word for what is no number.
fn write_number(out: &mut String, number: f64) {
    if number.is_finite() {
        out.push_str(ryu_js::Buffer::new().format_finite(number));
    } else {
        out.push_str("null");
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::change::Digest;

    fn text_of(value: &Value) -> String {
        value.canonical().unwrap()
    }

    /// The numbers of RFC 8785, appendix B, and some about the bounds.
    #[test]
    fn numbers_are_written_as_ecmascript_does() {
        for (bits, text) in [
            (0x0000_0000_0000_0000, "0"),
            (0x8000_0000_0000_0000, "0"),
            (0x0000_0000_0000_0001, "5e-324"),
            (0x8000_0000_0000_0001, "-5e-324"),
            (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
            (0xffef_ffff_ffff_ffff, "-1.7976931348623157e+308"),
            (0x4340_0000_0000_0000, "9007199254740992"),
            (0xc340_0000_0000_0000, "-9007199254740992"),
            (0x4430_0000_0000_0000, "295147905179352830000"),
            (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
            (0x44b5_2d02_c7e1_4af6, "1e+23"),
            (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"),
            (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
            (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"),
            (0x444b_1ae4_d6e2_ef50, "1e+21"),
            (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"),
            (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
            (0x41b3_de43_5555_5553, "333333333.3333332"),
            (0x41b3_de43_5555_5557, "333333333.33333343"),
            (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
            (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
        ] {
            assert_eq!(text_of(&Value::Number(f64::from_bits(bits))), text);
        }
        for (number, text) in
            [(880.0, "880"), (0.1 + 0.2, "0.30000000000000004"), (-1.5, "-1.5"), (10.0, "10")]
        {
            assert_eq!(text_of(&Value::Number(number)), text);
        }
        assert_eq!(text_of(&Value::Number(f64::NAN)), "null");
    }

    #[test]
    fn integers_keep_all_their_digits() {
        assert_eq!(text_of(&Value::Integer(i64::MIN)), "-9223372036854775808");
        assert_eq!(text_of(&Value::bit(true)), "1");
    }

    #[test]
    fn only_what_json_demands_is_escaped() {
        let text = "\u{20ac}$\u{f}\nA'\u{42}\"\\/\u{7f}\u{2028}é\u{10FFFF}\u{8}\u{c}\r\t\u{1f}";
        let escaped = "\"\u{20ac}$\\u000f\\nA'B\\\"\\\\/\u{7f}\u{2028}é\u{10FFFF}\\b\\f\\r\\t\\u001f\"";
        assert_eq!(text_of(&Value::word(text)), escaped);
    }

    #[test]
    fn members_are_sorted_by_utf_16() {
        let names = ["\u{20ac}", "\r", "\u{fb33}", "1", "\u{1f600}", "\u{80}", "\u{f6}"];
        let object: Object = names.map(|name| (name.to_owned(), Value::Null)).into_iter().collect();
        let sorted = ["\\r", "1", "\u{80}", "\u{f6}", "\u{20ac}", "\u{1f600}", "\u{fb33}"];
        let expected = sorted.map(|name| format!("\"{name}\":null")).join(",");
        assert_eq!(text_of(&Value::Object(object)), format!("{{{expected}}}"));
    }

    #[test]
    fn lists_and_masks() {
        let list = Value::List(vec![Value::Flag(true), Value::List(Vec::new()), Value::object([])]);
        assert_eq!(text_of(&list), "[true,[],{}]");
        assert_eq!(text_of(&Value::Masked("3f".to_owned())), r#"{"digest":"3f"}"#);
        assert_eq!(Value::Redacted(Digest::default()).canonical(), None);
    }

    proptest! {
        #[test]
        fn a_number_is_read_back(bits in any::<u64>()) {
            let number = f64::from_bits(bits);
            if number.is_finite() {
                prop_assert_eq!(text_of(&Value::Number(number)).parse::<f64>(), Ok(number));
            }
        }
    }
}
