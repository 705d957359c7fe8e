//! The page of `profile help settings`: every setting, by section.

use std::fmt::Write as _;

use super::{
    Kind, rows,
    table::{Row, variable},
};

const BEGINNING: &str = "\
A setting has a default, and may be given in a TOML file, in the environment and as a flag of any command; the last of
these wins. Each is listed here as flag, environment variable and key of the file. A secret is never a flag.

  --config <FILE>, PROFILE_CONFIG
      The TOML file [default: none]
";

/// What stands at the end of the page.
pub(crate) const EXAMPLES: &str = "\
Examples:
  profile serve --bind 0.0.0.0:8080
  PROFILE_LOG_FORMAT=text profile serve --config profile.toml
";

/// Returns the page.
pub(crate) fn page() -> String {
    let mut page = BEGINNING.to_owned();
    let mut section = None;
    for row in rows() {
        if section != Some(row.contract) {
            section = Some(row.contract);
            let title = row.contract.map_or("General".to_owned(), |contract| format!("Contract {contract}"));
            // Writing to a text cannot fail.
            writeln!(page, "\n{title}:").ok();
        }
        describe(&row, &mut page);
    }
    page
}

fn describe(row: &Row, page: &mut String) {
    let Row { name, kind, help, .. } = row;
    let (flag, value) = row.flag();
    let (flag, default) = (flag.replace('_', "-"), row.default_in_words());
    writeln!(page, "  --{flag} <{value}>, {}, {name}\n      {help} [default: {default}]", variable(name))
        .ok();
    if *kind != Kind::Plain {
        let file = row.file_name();
        writeln!(page, "      Or a file that holds it: {}, {file}", variable(&file)).ok();
    }
}
