//! Comments cite the pages in `docs`, and whatever they cite exists: the page, the section, and its rows and steps.
//!
//! `contract account, section 4.1` means that section of `docs/contracts/account.md`, `operator page, section 3` that of
//! `docs/operating.md`, and `operator API page, section 5` that of `docs/operator-api.md`. A citation without a page, in a
//! file of a contract, means the page of that contract; the operator API counts as one.
#![allow(clippy::unwrap_used)] // a test fails by panicking

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
};

const CONTRACTS: [&str; 5] = ["account", "client", OPERATOR_API, "tenant", "users"];
/// The operator API, by the name of its folders.
const OPERATOR_API: &str = "operator";
/// The operator page, by the name of its file.
const OPERATING: &str = "operating";
/// What a section has, by number.
const ITEMS: [&str; 4] = ["row", "rows", "step", "steps"];

/// The sections of a page by number, each with the numbers of its rows and steps.
type Page = BTreeMap<String, BTreeSet<String>>;

/// A word of a comment, and its line.
struct Word<'a> {
    text: &'a str,
    line: usize,
}

/// What a comment cites.
struct Citation {
    line: usize,
    /// A contract, the operator API or the operator page; `None` if the comment names none and the file belongs to no contract.
    page: Option<String>,
    sections: Vec<String>,
    /// Rows or steps of the last section.
    items: Vec<String>,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

fn sources_below(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources_below(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs" || extension == "sql") {
            found.push(path);
        }
    }
}

fn file_of(page: &str) -> String {
    match page {
        OPERATING => "docs/operating.md".to_owned(),
        OPERATOR_API => "docs/operator-api.md".to_owned(),
        contract => format!("docs/contracts/{contract}.md"),
    }
}

/// Reads a page; one that does not exist has no sections.
fn read_page(page: &str) -> Page {
    let text = fs::read_to_string(root().join(file_of(page))).unwrap_or_default();
    let mut sections = Page::new();
    let mut section = String::new();
    for line in text.lines() {
        if line.starts_with('#') {
            let number = line.split_whitespace().nth(1).unwrap_or_default();
            number.trim_end_matches('.').clone_into(&mut section);
            sections.entry(section.clone()).or_default();
        } else if let Some(item) = item_of(line) {
            sections.entry(section.clone()).or_default().insert(item.to_owned());
        }
    }
    sections
}

/// The number of a table's row or of a step.
fn item_of(line: &str) -> Option<&str> {
    let (number, _) = match line.strip_prefix("| ") {
        Some(row) => row.split_once(" |")?,
        None => line.split_once(". ")?,
    };
    is_number(number).then_some(number)
}

/// The contract that a file belongs to, by a folder (`contracts/users/…`) or by its name (`users.rs`, `users_tokens.rs`).
fn contract_of(file: &Path) -> Option<&'static str> {
    let folders: Vec<&str> = file.parent()?.iter().filter_map(OsStr::to_str).collect();
    let name = file.file_stem()?.to_str()?;
    let by_folder = CONTRACTS.into_iter().find(|contract| folders.contains(contract));
    by_folder.or_else(|| CONTRACTS.into_iter().find(|contract| is_named_after(name, contract)))
}

fn is_named_after(name: &str, contract: &str) -> bool {
    name.strip_prefix(contract).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
}

/// The words of the comments in `text`, which begin with `mark`; an empty word stands where a comment ends.
fn words<'a>(text: &'a str, mark: &str) -> Vec<Word<'a>> {
    let mut words = Vec::new();
    for (line, code) in (1..).zip(text.lines()) {
        match code.split_once(mark) {
            Some((_, comment)) => {
                let comment = comment.trim_start_matches(['/', '!']);
                words.extend(comment.split_whitespace().map(|text| Word { text, line }));
            }
            None => words.push(Word { text: "", line }),
        }
    }
    words
}

/// A word without the punctuation around it.
fn plain(word: &str) -> &str {
    word.trim_matches(|character: char| !character.is_alphanumeric())
}

fn is_number(text: &str) -> bool {
    text.split('.').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Reads numbers such as `4.3 and 9`, `3 to 5`, or `1 to 9, 19 to 22 and 38`, and says how many words they take.
fn numbers(words: &[Word<'_>]) -> (Vec<String>, usize) {
    let mut found: Vec<String> = Vec::new();
    let mut taken = 0;
    let mut is_range = false;
    for word in words {
        let text = plain(word.text);
        if is_number(text) {
            let first = found.last().and_then(|first| first.parse::<u32>().ok());
            if let (true, Some(first), Ok(last)) = (is_range, first, text.parse::<u32>()) {
                found.extend((first + 1..last).map(|between| between.to_string()));
            }
            found.push(text.to_owned());
            is_range = false;
        } else if !found.is_empty() && ["and", "to"].contains(&word.text) {
            is_range = word.text == "to";
        } else {
            break;
        }
        taken += 1;
        if word.text.ends_with([';', ')', '.', ':']) {
            break;
        }
    }
    (found, taken)
}

/// Every citation among `words`, which are those of a file of `contract`, if it belongs to one.
fn citations(words: &[Word<'_>], contract: Option<&str>) -> Vec<Citation> {
    let mut citations: Vec<Citation> = Vec::new();
    let text = |at: Option<usize>| at.and_then(|at| words.get(at)).map_or("", |word| word.text);
    for (at, word) in words.iter().enumerate() {
        if !["section", "sections"].contains(&plain(word.text)) {
            continue;
        }
        let own = || contract.map(str::to_owned);
        let page = match (plain(text(at.checked_sub(2))), text(at.checked_sub(1))) {
            // The section of a standard.
            ("RFC", _) => continue,
            ("operator", "page,") => Some(OPERATING.to_owned()),
            ("API", "page,") => Some(OPERATOR_API.to_owned()),
            ("contract", name) if name.ends_with(',') => Some(plain(name).to_owned()),
            // Goes on with the page of the citation before.
            (_, before) if before.ends_with(';') => {
                citations.last().and_then(|last| last.page.clone()).or_else(own)
            }
            _ => own(),
        };
        let (sections, taken) = numbers(words.get(at + 1..).unwrap_or_default());
        if sections.is_empty() {
            continue;
        }
        let behind = words.get(at + 1 + taken..).unwrap_or_default();
        let items = match behind.split_first() {
            Some((kind, rest)) if ITEMS.contains(&plain(kind.text)) => numbers(rest).0,
            _ => Vec::new(),
        };
        citations.push(Citation { line: word.line, page, sections, items });
    }
    citations
}

/// What is wrong with a citation.
fn faults(citation: &Citation, pages: &mut BTreeMap<String, Page>) -> Vec<String> {
    let Some(page) = &citation.page else { return vec!["does not say which page it cites".to_owned()] };
    let file = file_of(page);
    let sections: &Page = pages.entry(page.clone()).or_insert_with(|| read_page(page));
    if sections.is_empty() {
        return vec![format!("cites {file}, which does not exist")];
    }
    let mut faults = Vec::new();
    for section in citation.sections.iter().filter(|section| !sections.contains_key(*section)) {
        faults.push(format!("cites section {section} of {file}, which does not exist"));
    }
    if let Some((section, items)) = citation.sections.last().and_then(|last| sections.get_key_value(last)) {
        for item in citation.items.iter().filter(|item| !items.contains(*item)) {
            faults.push(format!("cites {item} of section {section} of {file}, which does not exist"));
        }
    }
    faults
}

#[test]
fn what_comments_cite_exists() {
    let mut sources = Vec::new();
    for folder in ["crates", "migrations"] {
        sources_below(&root().join(folder), &mut sources);
    }
    let mut pages = BTreeMap::new();
    let mut problems = Vec::new();
    let mut cited = 0;
    for source in sources {
        let text = fs::read_to_string(&source).unwrap();
        let file = source.strip_prefix(root()).unwrap();
        let mark = if file.extension().is_some_and(|extension| extension == "sql") { "--" } else { "//" };
        for citation in citations(&words(&text, mark), contract_of(file)) {
            cited += 1;
            for fault in faults(&citation, &mut pages) {
                problems.push(format!("{}:{} {fault}", file.display(), citation.line));
            }
        }
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
    assert!(cited > 150, "only {cited} citations were found: is the rule still right?");
}

/// The comments here begin with another mark than those of Rust, so that they are not taken for comments of this file.
#[test]
fn citations_are_read_in_each_of_their_forms() {
    for (comment, contract, expected) in [
        ("# (contract account, section 4.1).", None, "account 4.1"),
        ("# As in contract users,\n# section 7).", None, "users 7"),
        ("# (contract tenant, sections 4.1, 4.3 and 9, in order)", None, "tenant 4.1+4.3+9"),
        ("# contract account, section 3, steps 5 to 7.", None, "account 3 5+6+7"),
        ("# (sections 3 to 5), else", Some("account"), "account 3+4+5"),
        ("# (section 4; section 8, rows 1 to 3, 7 and 9)", Some("client"), "client 4, client 8 1+2+3+7+9"),
        ("# (section 3; operator page, section 4)", Some("account"), "account 3, operating 4"),
        ("# (operator API page, sections 3 and 5).", None, "operator 3+5"),
        ("# As the operator API\n# page, section 2, says", Some("users"), "operator 2"),
        ("# (operator page, section 1; operator API page, section 4)", None, "operating 1, operator 4"),
        ("# in a minute (section 13).", Some("operator"), "operator 13"),
        ("# (contract users, section 5; section 10, row 4)", None, "users 5, users 10 4"),
        ("# that the contract knows (section 9)", Some("users"), "users 9"),
        ("# nowhere (section 9)", None, "? 9"),
        ("# RFC 8259, section 8.1 allows it", None, ""),
        ("let section = 4; # the section of a table", None, ""),
    ] {
        let read = |one: Citation| {
            let page = one.page.unwrap_or_else(|| "?".to_owned());
            let text = format!("{page} {} {}", one.sections.join("+"), one.items.join("+"));
            text.trim_end().to_owned()
        };
        let found: Vec<String> = citations(&words(comment, "#"), contract).into_iter().map(read).collect();
        assert_eq!(found.join(", "), expected, "{comment}");
    }
    for (file, contract) in [
        ("crates/profile-http/src/contracts/users/account_parameter.rs", Some("users")),
        ("crates/profile-identity/tests/account_tokens.rs", Some("account")),
        ("crates/profile-identity/src/client.rs", Some("client")),
        ("crates/profile-http/src/contracts/operator/request.rs", Some("operator")),
        ("crates/profile-rows/src/operator_key.rs", Some("operator")),
        ("crates/profile-ports/src/identity.rs", None),
        ("crates/profile-http/src/accounts.rs", None),
    ] {
        assert_eq!(contract_of(Path::new(file)), contract, "{file}");
    }
}
