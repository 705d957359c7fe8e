//! The line above the changes of the feed: how many later ones there are by now, and the way to them.
//!
//! A browser asks for it every few seconds, and only its words change: nothing that one reads moves until one asks for more.

use actix_web::HttpResponse;
use askama::{Template, filters::HtmlSafe};
use profile_usecases::operator::ChangePage;

use super::feed::LIMIT;
use crate::shell::page;

/// What is known of the changes behind a position.
#[derive(Template)]
#[template(path = "components/later.html")]
pub(super) struct Later {
    /// Where they are.
    address: String,
    /// How many there were when somebody looked last.
    seen: usize,
    words: String,
    /// Whether there is none.
    is_end: bool,
}

impl HtmlSafe for Later {}

impl Later {
    /// Returns what a page that ends there says: whether it is the last one.
    pub(super) fn behind(address: String, is_end: bool) -> Self {
        let words = if is_end { "Look for later changes" } else { "Later changes" };
        Self { address, seen: 0, words: words.to_owned(), is_end }
    }

    /// Returns what is there by now, of which `found` is the first page; nothing, if a browser has seen that already.
    pub(super) fn answer(address: String, found: &ChangePage, seen: i64) -> HttpResponse {
        let count = found.changes.len();
        if usize::try_from(seen) == Ok(count) && (count > 0 || found.is_end) {
            return HttpResponse::NoContent().finish();
        }
        if count == 0 {
            return page(&Self::behind(address, found.is_end));
        }
        let words = match count {
            _ if !found.is_end || count == LIMIT as usize => format!("{count} or more later changes"),
            1 => "1 later change".to_owned(),
            _ => format!("{count} later changes"),
        };
        page(&Self { address, seen: count, words, is_end: false })
    }
}
