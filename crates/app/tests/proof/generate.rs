//! Requests, good, bad and hostile, the same for the same seed; each can be written down as a line and read again.

use serde_json::{Map, Value, json};

use crate::{
    callers::Caller,
    routes::{Body, Object, Operation},
};

/// One request, with a caller's name in place of a credential, and `{file}` and `{upload}` in place of what the server
/// that is asked has announced last.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    pub caller: String,
    pub method: String,
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Request {
    pub fn line(&self) -> String {
        let Self { caller, method, path, headers, body } = self;
        let headers: Map<String, Value> =
            headers.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect();
        json!({"as": caller, "method": method, "path": path, "headers": headers, "body": body}).to_string()
    }

    pub fn read(line: &str) -> Self {
        let line: Value = serde_json::from_str(line).unwrap();
        let text = |name: &str| line[name].as_str().unwrap().to_owned();
        let headers = line["headers"].as_object().unwrap().iter();
        Self {
            caller: text("as"),
            method: text("method"),
            path: text("path"),
            headers: headers
                .map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()))
                .collect(),
            body: text("body"),
        }
    }
}

/// Numbers that look random and are the same for the same seed (`splitmix64`).
pub struct Dice(pub u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut number = self.0;
        number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        number ^ (number >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).unwrap()
    }

    fn of<'a, T: ?Sized>(&mut self, choices: &[&'a T]) -> &'a T {
        choices[self.below(choices.len())]
    }

    fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }
}

/// Text that servers stumble over.
const TEXTS: [&str; 22] = [
    "",
    " ",
    "Nora Vale",
    "Zoë Lindqvist",
    "李小龍",
    "नीला",
    "🧭",
    "e\u{301}",
    "a\tb",
    "a\u{0}b",
    "\u{202e}txt",
    "\u{feff}x",
    "\u{10ffff}",
    "null",
    "' OR 1=1 --",
    "<script>",
    "%s%n",
    "../../etc/passwd",
    "SE",
    "#1e90ff",
    "mira@example.test",
    "correct horse",
];

const QUERIES: [&str; 20] = [
    "",
    "?first=2",
    "?first=0",
    "?first=x",
    "?query=nora",
    "?query=NORA-1",
    "?query=%C3%89",
    "?query=o",
    "?query=%00",
    "?query=a%25",
    "?last=3",
    "?order=username&direction=asc",
    "?account_id=biz_Own00000000000",
    "?search=mira&skip=1&take=2",
    "?search=SOLBERG",
    "?search=_",
    "?skip=-1",
    "?limit=1",
    "?a=b&a=c",
    "?%ff",
];

/// The next request: an operation, one of its spellings, somebody who calls; mostly as it should be.
pub fn next(dice: &mut Dice, operations: &[Operation], callers: &[Caller]) -> Request {
    let operation = &operations[dice.below(operations.len())];
    let object = &operation.objects[dice.below(operation.objects.len())];
    let mut spelling = operation.spellings[dice.below(operation.spellings.len())].clone();
    if spelling.contains("/uploads/") && !dice.one_in(4) {
        "{upload}".clone_into(&mut spelling);
    }
    let mut path = Operation::path(&spelling, object);
    if spelling == "{upload}" {
        path = spelling;
    } else if path.contains('?') || !dice.one_in(4) {
        if dice.one_in(40) {
            path.push_str(dice.of(&["/..", "/%2e", "//", "/é", "%00"]));
        }
    } else {
        path.push_str(dice.of(&QUERIES));
    }
    let method = match dice.below(40) {
        0 => dice.of(&["PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "POST"]).to_owned(),
        _ => operation.method.clone(),
    };
    let of_contract: Vec<&Caller> =
        callers.iter().filter(|caller| caller.group == operation.contract).collect();
    let caller = match dice.below(6) {
        0 => &callers[dice.below(callers.len())],
        1 => of_contract[dice.below(of_contract.len())],
        // The first of a contract are those who may do most.
        _ => of_contract[dice.below(3)],
    };
    let mut headers = vec![];
    if dice.one_in(3) && operation.contract == "users" {
        let version = dice.of(&["2026-10-15-1", "2025-01-01", "2026-01-01", "tomorrow", ""]);
        headers.push(("api-version-date".to_owned(), version.to_owned()));
    }
    let (body, kind) = body(dice, object, operation.contract);
    let kind = if dice.one_in(30) {
        dice.of(&["text/plain", "application/xml", "application/JSON; charset=utf-8", ""])
    } else {
        kind
    };
    if !kind.is_empty() {
        headers.push(("content-type".to_owned(), kind.to_owned()));
    }
    Request { caller: format!("{}: {}", caller.group, caller.name), method, path, headers, body }
}

fn body(dice: &mut Dice, object: &Object, contract: &str) -> (String, &'static str) {
    const JSON: &str = "application/json";
    match &object.body {
        Body::Nothing if dice.one_in(20) => ("{}".to_owned(), JSON),
        Body::Nothing | Body::Rows => (String::new(), ""),
        // Signatures alone: what is behind them is read elsewhere, with real pictures.
        Body::Png => (dice.of(&["GIF89a", "%PDF", ""]).to_owned(), "image/png"),
        Body::Form => (form(dice, contract), "multipart/form-data; boundary=b"),
        Body::Json(body) => {
            let mut body = body.clone();
            for _ in 0..dice.below(4) {
                alter(dice, &mut body);
            }
            let mut text = body.to_string();
            if dice.one_in(12) {
                spoil(dice, &mut text);
            }
            (text, JSON)
        }
    }
}

fn form(dice: &mut Dice, contract: &str) -> String {
    let name = dice.of(&["file", "file", "picture", ""]);
    let file = dice.of(&["GIF89a", "GIF89a", "<svg", ""]);
    let purpose = if contract == "account" {
        "--b\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\naccount_avatar\r\n"
    } else {
        ""
    };
    let end = dice.of(&["\r\n--b--\r\n", "\r\n--b--\r\n", "\r\n--b", ""]);
    format!(
        "{purpose}--b\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"me.gif\"\r\n\
         Content-Type: image/gif\r\n\r\n{file}{end}"
    )
}

/// Changes a member, leaves one out, or adds one.
fn alter(dice: &mut Dice, body: &mut Value) {
    let Some(members) = body.as_object_mut() else { return };
    let names: Vec<String> = members.keys().cloned().collect();
    let name = match names.len() {
        0 => "name".to_owned(),
        some => names[dice.below(some)].clone(),
    };
    match dice.below(12) {
        0 => drop(members.remove(&name)),
        1 => drop(members.insert(
            dice.of(&["extra", "bio", "username", "family_name", "__proto__"]).to_owned(),
            text(dice),
        )),
        2 => drop(members.insert(name, odd(dice))),
        _ => match members.get(&name) {
            Some(Value::Object(_)) => alter(dice, members.get_mut(&name).unwrap()),
            Some(Value::String(_)) => drop(members.insert(name, text(dice))),
            Some(Value::Bool(flag)) => {
                let other = !*flag;
                members.insert(name, other.into());
            }
            _ => {}
        },
    }
}

fn text(dice: &mut Dice) -> Value {
    match dice.below(8) {
        0 => "x".repeat(dice.below(300)).into(),
        1 => "é".repeat(dice.below(300)).into(),
        2 => format!("{} {}", dice.of(&TEXTS), dice.below(100)).into(),
        _ => dice.of(&TEXTS).into(),
    }
}

fn odd(dice: &mut Dice) -> Value {
    let values = [
        json!(null),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(2_147_483_648_i64),
        json!(9_007_199_254_740_993_i64),
        json!(1e300),
        json!(true),
        json!([]),
        json!({}),
        json!([1]),
        json!({"a": null}),
        json!("1"),
    ];
    values[dice.below(values.len())].clone()
}

/// Makes a text something else than the object it was.
fn spoil(dice: &mut Dice, text: &mut String) {
    match dice.below(7) {
        0 => *text = text.chars().take(dice.below(text.chars().count() + 1)).collect(),
        1 => text.push('x'),
        2 => text.insert(0, '\u{feff}'),
        3 => *text = format!("[{text}]"),
        4 => *text = text.replacen('{', "{\"name\":\"first\",\"name\":\"second\",", 1),
        5 => *text = "[".repeat(2000),
        _ => *text = format!("{{\"name\":\"{}\"}}", "x".repeat(70_000)),
    }
}
