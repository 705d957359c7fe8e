//! What a browser does: it keeps the cookie of the session, sends forms, and follows nothing by itself.

use profile_domain::operator::Role;
use reqwest::{Client, RequestBuilder, redirect::Policy};

use crate::{Target, support::Answer};

/// The name of the session's cookie.
pub const COOKIE: &str = "__Host-profile-console";

/// A browser, signed in or not.
pub struct Browser {
    url: String,
    client: Client,
    pub cookie: Option<String>,
}

impl Browser {
    pub fn new(target: &Target) -> Self {
        let client = Client::builder().redirect(Policy::none()).build().unwrap();
        Self { url: target.url.clone(), client, cookie: None }
    }

    /// A browser that is signed in with the key of a role.
    pub async fn of(target: &Target, role: Role) -> Self {
        let mut browser = Self::new(target);
        let answer = browser.sign_in(target.key(role)).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        browser
    }

    /// Sends the form of the sign-in page, and keeps the cookie.
    pub async fn sign_in(&mut self, key: &str) -> Answer {
        let answer = self.post("/console/sign-in", &[("next", "/console"), ("key", key)]).await;
        self.keep(&answer);
        answer
    }

    /// Keeps the cookie of an answer.
    pub fn keep(&mut self, answer: &Answer) {
        let set = answer.header("set-cookie");
        if let Some((cookie, _)) = set.split_once(';') {
            self.cookie = Some(cookie.to_owned());
        }
    }

    pub fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let request = self.client.request(method.parse().unwrap(), format!("{}{path}", self.url));
        match &self.cookie {
            Some(cookie) => request.header("cookie", cookie),
            None => request,
        }
    }

    pub async fn get(&self, path: &str) -> Answer {
        Answer::read(self.request("GET", path).send().await.unwrap()).await
    }

    /// A page that must be there.
    pub async fn page(&self, path: &str) -> String {
        let answer = self.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        answer.text
    }

    /// Sends a form as a page of the console does.
    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        let request = self.request("POST", path).header("sec-fetch-site", "same-origin");
        let request = request.header("content-type", "application/x-www-form-urlencoded").body(encoded(form));
        Answer::read(request.send().await.unwrap()).await
    }
}

fn encoded(form: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish()
}
