//! `GET /users`: search and pages (section 4, lists).

use actix_web::{HttpRequest, HttpResponse, http::Method, web};
use profile_domain::{
    Search,
    users::{Listing, UserView},
};
use profile_usecases::users::list_users;
use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

use super::{
    cursor,
    error::{COMMON, UsersError},
    exchange::Exchange,
    get_user,
    shape::{self, Private},
};
use crate::{
    State,
    endpoint::{Body, Endpoint},
    headers::pairs,
};

/// Users of a page where the request says nothing, and the most there may be.
const DEFAULT: u32 = 20;
const MOST: u32 = 100;

const OPERATION: &str = "list_users";

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        id: OPERATION,
        method: Method::GET,
        paths: &["/users", "/api/v1/users"],
        summary: "Search users, page by page",
        protected: true,
        parameters: vec![],
        request: Body::Empty,
        success: Body::Json(schema),
        bodiless: &[],
        failures: COMMON.to_vec(),
        handler: |route| route.to(get),
    }
}

fn schema(generator: &mut SchemaGenerator) -> Schema {
    let user = get_user::schema(generator);
    let cursor = json!({ "type": ["string", "null"] });
    json_schema!({
        "type": "object",
        "required": ["data", "page_info"],
        "properties": {
            "data": { "type": "array", "items": user },
            "page_info": {
                "type": "object",
                "required": ["start_cursor", "end_cursor", "has_next_page", "has_previous_page"],
                "properties": {
                    "start_cursor": cursor,
                    "end_cursor": cursor,
                    "has_next_page": { "type": "boolean" },
                    "has_previous_page": { "type": "boolean" },
                },
            },
        },
    })
}

async fn get(request: HttpRequest, state: web::Data<State>) -> Result<HttpResponse, UsersError> {
    let exchange = Exchange::begin(&request, &state, OPERATION).await?;
    exchange.end(list(&request, &state, &exchange).await)
}

async fn list(
    request: &HttpRequest,
    state: &State,
    exchange: &Exchange,
) -> Result<Map<String, Value>, UsersError> {
    let hash = &*state.core.keyed_hash;
    let listing = listing(&pairs(request), state)?;
    let search = listing.search.clone();
    let page = list_users(&state.core, listing).await.map_err(exchange.refused())?;
    let cursor_of =
        |item: Option<&(_, _)>| item.map(|(position, _)| cursor::write(position, search.as_str(), hash));
    let page_info = json!({
        "start_cursor": cursor_of(page.users.first()),
        // Clients fetch another page whenever this is text, so it ends with the list.
        "end_cursor": cursor_of(page.users.last()).filter(|_| page.has_next),
        "has_next_page": page.has_next,
        "has_previous_page": page.has_previous,
    });
    let user = |(_, user)| {
        shape::user(&UserView::of(user, None), &Private::default(), exchange.version, &state.public_url)
    };
    let data: Vec<Map<String, Value>> = page.users.into_iter().map(user).collect();
    Ok(Map::from_iter([("data".to_owned(), json!(data)), ("page_info".to_owned(), page_info)]))
}

/// The stretch that the query asks for.
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
        cursor::read(text, search.as_str(), &*state.core.keyed_hash)
            .ok_or_else(|| UsersError::invalid(name, "is not a cursor of this list"))
    };
    let from = named.map(read).transpose()?;
    Ok(Listing { search, from, backwards, limit: first.or(last).unwrap_or(DEFAULT) })
}

fn count(name: &'static str, value: Option<&str>) -> Result<Option<u32>, UsersError> {
    let Some(text) = value else { return Ok(None) };
    match text.parse() {
        Ok(count) if (1..=MOST).contains(&count) => Ok(Some(count)),
        _ => Err(UsersError::invalid(name, "must be a number from 1 to 100")),
    }
}
