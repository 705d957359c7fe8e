//! What stands around every page: who is signed in, where they may go, and how a page is answered.

use actix_web::{HttpResponse, http::StatusCode};
use askama::Template;
use profile_domain::operator::{OperatorKey, Rule};

use crate::{
    assets::{AssetPaths, paths},
    shown::visible,
    visitor::Visitor,
};

/// A place in the navigation, and what opens it.
struct Place {
    path: &'static str,
    label: &'static str,
    rule: Option<Rule>,
}

/// Every place, in the order of the navigation.
const PLACES: [Place; 6] = [
    Place { path: "/console", label: "Find", rule: None },
    Place { path: "/console/feed", label: "Feed", rule: None },
    Place { path: "/console/subscriptions", label: "Subscriptions", rule: Some(Rule::Admin) },
    Place { path: "/console/imports", label: "Imports", rule: Some(Rule::Admin) },
    Place { path: "/console/keys", label: "Keys", rule: Some(Rule::Admin) },
    Place { path: "/console/system", label: "System", rule: None },
];

/// A link of the navigation.
pub(crate) struct Link {
    pub(crate) path: &'static str,
    pub(crate) label: &'static str,
    pub(crate) is_current: bool,
}

/// Who is signed in, as every page shows it.
pub(crate) struct Signed {
    pub(crate) name: String,
    pub(crate) id: String,
    pub(crate) role: &'static str,
}

/// The frame of a page.
pub(crate) struct Shell {
    pub(crate) assets: AssetPaths,
    pub(crate) signed: Option<Signed>,
    pub(crate) links: Vec<Link>,
    /// Whether the role opens the pages about privacy.
    pub(crate) privacy: bool,
    /// Whether the role reveals sensitive values.
    pub(crate) reveal: bool,
}

impl Shell {
    /// Returns the frame of a page for somebody, at one of the places.
    pub(crate) fn new(visitor: &Visitor, current: &str) -> Self {
        Self::of_key(&visitor.key, current)
    }

    /// Returns the frame of a page for whoever has a key, at one of the places.
    pub(crate) fn of_key(key: &OperatorKey, current: &str) -> Self {
        let is_open = |place: &&Place| place.rule.is_none_or(|rule| rule.allows(key.role));
        let link =
            |place: &Place| Link { path: place.path, label: place.label, is_current: place.path == current };
        let signed = Signed { name: visible(&key.name), id: key.id.to_string(), role: key.role.name() };
        let links = PLACES.iter().filter(is_open).map(link).collect();
        let (privacy, reveal) = (Rule::Privacy.allows(key.role), Rule::RevealSensitive.allows(key.role));
        Self { assets: paths(), signed: Some(signed), links, privacy, reveal }
    }

    /// Returns the frame of a page for whoever is not signed in.
    pub(crate) fn of_nobody() -> Self {
        Self { assets: paths(), signed: None, links: Vec::new(), privacy: false, reveal: false }
    }
}

/// The media type of pages.
pub(crate) const HTML: &str = "text/html; charset=utf-8";

/// Answers with a page.
pub(crate) fn html(status: StatusCode, page: &impl Template) -> HttpResponse {
    match page.render() {
        Ok(page) => HttpResponse::build(status).content_type(HTML).body(page),
        Err(error) => {
            tracing::error!(%error, "a page cannot be rendered");
            HttpResponse::InternalServerError().finish()
        }
    }
}

/// Answers with a page as it is asked for.
pub(crate) fn page(page: &impl Template) -> HttpResponse {
    html(StatusCode::OK, page)
}
