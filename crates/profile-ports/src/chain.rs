//! An error with all its causes, as one piece of text for the log.

use std::{error::Error, fmt, iter};

/// Most causes that are followed.
const DEPTH: usize = 16;

/// Returns the error and its causes, the outermost first.
pub(crate) fn causes<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    iter::successors(Some(error), |error: &&'a (dyn Error + 'static)| (**error).source()).take(DEPTH)
}

/// Shows an error and its causes, the outermost first, between colons. Of each only the first line is shown: databases put
/// the values of a row on the lines behind it. A cause that the error before it has told already is left out.
pub struct Chain<'a>(pub &'a (dyn Error + 'static));

impl fmt::Display for Chain<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut before = String::new();
        for error in causes(self.0) {
            let text = error.to_string();
            let line = text.lines().next().unwrap_or_default();
            if before.is_empty() {
                out.write_str(line)?;
            } else if !before.contains(line) {
                write!(out, ": {line}")?;
            }
            line.clone_into(&mut before);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;
    use crate::Unavailable;

    #[derive(Debug, thiserror::Error)]
    #[error("{0}")]
    struct Told(&'static str, #[source] io::Error);

    #[test]
    fn every_cause_is_told_once_and_no_detail() {
        let refused = || io::Error::other("connection refused");
        for (outer, shown) in [
            ("cannot connect", "database is unavailable: cannot connect: connection refused"),
            (
                "cannot connect: connection refused",
                "database is unavailable: cannot connect: connection refused",
            ),
            (
                "duplicate key\nDETAIL: (email)=(a@b.test)",
                "database is unavailable: duplicate key: connection refused",
            ),
        ] {
            let error = Unavailable::database(Told(outer, refused()));
            assert_eq!(Chain(&error).to_string(), shown);
        }
    }
}
