//! `GET /users`: search and pages (section 4, lists).

use actix_web::{HttpRequest, web};
use profile_domain::{
    Search,
    users::{Listing, UserView},
};
use profile_usecases::users::list_users;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;

use super::{
    cursor,
    error::{COMMON, UsersError},
    request::RequestContext,
    response::{Answered, answer},
    user::{Private, User},
    versions::Shape,
};
use crate::{
    State,
    endpoint::Endpoint,
    headers::pairs,
    parameter::{Parameter, any_text},
};

/// Users on a page, unless the request says otherwise.
const DEFAULT_PAGE: u32 = 20;
const MAX_PAGE: u32 = 100;

const OPERATION: &str = "list_users";

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        parameters: vec![
            Parameter::query(
                "query",
                "What a name or username contains, without regard to case; blank or absent finds everybody.",
                |_| json_schema!({ "type": "string", "maxLength": Search::MAX_CHARS }),
            ),
            Parameter::query("first", "Users on a page, going forward; not together with `last`.", page_size),
            Parameter::query("after", "The cursor behind which the page begins.", any_text),
            Parameter::query("last", "Users on a page, going back.", page_size),
            Parameter::query("before", "The cursor before which the page ends; goes back.", any_text),
        ],
        ..Endpoint::read_as::<Page>(
            OPERATION,
            &["/users", "/api/v1/users"],
            "Search users, page by page",
            COMMON.to_vec(),
            |route| route.to(get),
        )
    }
}

fn page_size(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "integer", "minimum": 1, "maximum": MAX_PAGE })
}

/// A page of the list of users.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "UserPage")]
struct Page {
    #[schemars(length(max = MAX_PAGE))]
    data: Vec<User>,
    page_info: PageInfo,
}

/// Where a page is in its list.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "UserPageInfo")]
struct PageInfo {
    /// For `before`; null on an empty page.
    start_cursor: Option<String>,
    /// For `after`; null on the last page.
    // Clients fetch another page whenever this is text.
    end_cursor: Option<String>,
    has_next_page: bool,
    has_previous_page: bool,
}

async fn get(request: HttpRequest, state: web::Data<State>) -> Answered {
    let context = RequestContext::begin(&request, &state, OPERATION).await?;
    answer(context.version, list(&request, &state, &context).await)
}

async fn list(request: &HttpRequest, state: &State, context: &RequestContext) -> Result<Page, UsersError> {
    let hash = &*state.ports.keyed_hash;
    let listing = listing(&pairs(request), state)?;
    let search = listing.search.clone();
    let page = list_users(&state.ports, listing).await.map_err(context.refused())?;
    let cursor_of =
        |item: Option<&(_, _)>| item.map(|(position, _)| cursor::write(position, search.as_str(), hash));
    let page_info = PageInfo {
        start_cursor: cursor_of(page.users.first()),
        end_cursor: cursor_of(page.users.last()).filter(|_| page.has_next),
        has_next_page: page.has_next,
        has_previous_page: page.has_previous,
    };
    let (shape, private) = (Shape::of(context.version), Private::default());
    let user = |(_, user)| User::new(&UserView::of(user, None), &private, shape, &state.public_url);
    Ok(Page { data: page.users.into_iter().map(user).collect(), page_info })
}

/// Returns the page that the query asks for.
fn listing(pairs: &[(String, String)], state: &State) -> Result<Listing, UsersError> {
    let given =
        |name: &str| pairs.iter().rev().find(|(given, _)| given == name).map(|(_, value)| value.as_str());
    let (first, last) = (count("first", given("first"))?, count("last", given("last"))?);
    let (after, before) = (given("after"), given("before"));
    if first.is_some() && last.is_some() {
        return Err(UsersError::invalid("last", "cannot be combined with first"));
    }
    if after.is_some() && (before.is_some() || last.is_some()) {
        return Err(UsersError::invalid("after", "cannot be combined with before or last"));
    }
    let backwards = last.is_some() || (before.is_some() && first.is_none());
    if before.is_some() && !backwards {
        return Err(UsersError::invalid("before", "cannot be combined with first"));
    }
    let typed = given("query").unwrap_or_default();
    if typed.contains('\0') {
        return Err(UsersError::invalid("query", "contains a NUL character"));
    }
    let search = Search::of(typed).map_err(|fault| UsersError::invalid("query", &fault.to_string()))?;
    let named = after.map(|cursor| ("after", cursor)).or(before.map(|cursor| ("before", cursor)));
    let read = |(name, text): (&'static str, &str)| {
        cursor::read(text, search.as_str(), &*state.ports.keyed_hash)
            .ok_or_else(|| UsersError::invalid(name, "is not a cursor of this list"))
    };
    let from = named.map(read).transpose()?;
    Ok(Listing { search, from, backwards, limit: first.or(last).unwrap_or(DEFAULT_PAGE) })
}

fn count(name: &'static str, value: Option<&str>) -> Result<Option<u32>, UsersError> {
    let Some(text) = value else { return Ok(None) };
    match text.parse() {
        Ok(count) if (1..=MAX_PAGE).contains(&count) => Ok(Some(count)),
        _ => Err(UsersError::invalid(name, "must be a number from 1 to 100")),
    }
}
