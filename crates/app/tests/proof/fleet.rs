//! Servers of one database that are killed and paused at random, and the writes that go on all the same.

use std::{
    collections::hash_map::RandomState,
    hash::BuildHasher as _,
    path::PathBuf,
    process::Command,
    sync::{
        PoisonError, RwLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use serde_json::json;

use crate::support::{KEYS_DIR, RunningServer, Target, UNLIMITED, kill, user};

/// How long a request to a server may take that may be paused.
const PATIENCE: Duration = Duration::from_secs(10);

/// A random number below `bound`.
pub fn any(bound: usize) -> usize {
    usize::try_from(RandomState::new().hash_one(0) >> 32).unwrap() % bound
}

pub fn milliseconds(least: usize, more: usize) -> Duration {
    Duration::from_millis(u64::try_from(least + any(more)).unwrap())
}

fn client() -> reqwest::Client {
    // Before a server ends it, which a request that is on its way would take for a failure.
    let client = reqwest::Client::builder().pool_idle_timeout(Duration::from_secs(30));
    client.read_timeout(PATIENCE).build().unwrap()
}

/// A server that is going, or was paused while a request arrived, refuses it and does nothing.
pub fn assert_unserved(answer: &reqwest::Response) {
    let status = answer.status().as_u16();
    assert!(status >= 500 || status == 408, "{status}");
}

/// Holds what is paused. It goes on even where a test fails meanwhile: what is stopped would outlive the test.
pub struct Paused<F: Fn(&str) -> bool>(F);

impl<F: Fn(&str) -> bool> Paused<F> {
    /// Pauses what `signal` sends signals to; it returns whether there was somebody to get one.
    pub fn by(signal: F) -> Self {
        assert!(signal("-STOP"), "there is nothing to pause");
        Self(signal)
    }
}

impl<F: Fn(&str) -> bool> Drop for Paused<F> {
    fn drop(&mut self) {
        (self.0)("-CONT");
    }
}

/// A server, of which another one takes the place when it is killed, at another address.
pub struct Server {
    url: RwLock<String>,
    folder: PathBuf,
    pattern: String,
    running: RwLock<Option<RunningServer>>,
}

impl Server {
    fn of(target: &mut Target) -> Self {
        Self {
            running: RwLock::new(target.server.take()),
            url: RwLock::new(target.url.clone()),
            folder: target.folder.clone(),
            pattern: target.pattern(),
        }
    }

    fn signal(&self, signal: &str) -> bool {
        Command::new("pkill").args([signal, "-f", &self.pattern]).status().unwrap().success()
    }
}

type Environment = Vec<(&'static str, String)>;

fn serve(folder: PathBuf, database: &str, environment: &Environment) -> Target {
    let environment: Vec<(&str, &str)> =
        environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    Target::serve_with(folder, database, &environment)
}

/// The servers of one database, what happens to them, and who is written.
pub struct Fleet {
    pub servers: Vec<Server>,
    /// The folder and the keys of the first server.
    pub first: Target,
    /// What an administrator's key says.
    pub operator: String,
    database: String,
    environment: Environment,
    /// An account and a user each.
    people: Vec<(i64, String)>,
    http: reqwest::Client,
    sent: AtomicUsize,
    told: AtomicUsize,
    kills: AtomicUsize,
    pauses: AtomicUsize,
}

impl Fleet {
    /// Starts `count` servers, which have the same keys; so many people are written.
    pub fn start(database: &str, count: usize, people: usize, more: Environment) -> Self {
        let mut environment = vec![(UNLIMITED.0, UNLIMITED.1.to_owned())];
        environment.extend(more);
        let mut first = serve(Target::import(database), database, &environment);
        let mut servers = vec![Server::of(&mut first)];
        for _ in 1..count {
            let folder = Target::empty();
            let keys = folder.join(KEYS_DIR);
            std::fs::create_dir_all(keys.parent().unwrap()).unwrap();
            let copied = Command::new("cp").arg("-r").arg(first.folder.join(KEYS_DIR)).arg(&keys).status();
            assert!(copied.unwrap().success());
            servers.push(Server::of(&mut serve(folder, database, &environment)));
        }
        Self {
            servers,
            operator: format!("Bearer {}", first.operator_key(database, "admin", &[]).secret),
            people: (0..people).map(|_| (first.family().alone, first.people().nora)).collect(),
            first,
            database: database.to_owned(),
            environment,
            http: client(),
            sent: AtomicUsize::new(0),
            told: AtomicUsize::new(0),
            kills: AtomicUsize::new(0),
            pauses: AtomicUsize::new(0),
        }
    }

    /// How many writes were acknowledged.
    pub fn told(&self) -> usize {
        self.told.load(Ordering::SeqCst)
    }

    /// How often a server was killed, and how often one was paused.
    pub fn strikes(&self) -> (usize, usize) {
        (self.kills.load(Ordering::SeqCst), self.pauses.load(Ordering::SeqCst))
    }

    pub fn any_server(&self) -> &Server {
        &self.servers[any(self.servers.len())]
    }

    pub fn request(
        &self,
        server: &Server,
        method: &str,
        path: &str,
        authorization: &str,
    ) -> reqwest::RequestBuilder {
        let url = format!("{}{path}", server.url.read().unwrap_or_else(PoisonError::into_inner));
        let request = self.http.request(method.parse().unwrap(), url);
        request.header("authorization", authorization).header("api-version-date", "2026-10-15-1")
    }

    /// A request of the operator API to any server.
    pub fn call(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        self.request(self.any_server(), method, &format!("/operator/v1{path}"), &self.operator)
    }

    /// Kills or pauses a server at random; in the end, it serves.
    pub async fn strike(&self, server: &Server) {
        if any(2) == 0 {
            kill(&server.pattern);
            let (folder, database) = (server.folder.clone(), self.database.clone());
            let environment = self.environment.clone();
            let next = tokio::task::spawn_blocking(move || serve(folder, &database, &environment));
            let next = next.await.unwrap();
            server.url.write().unwrap_or_else(PoisonError::into_inner).clone_from(&next.url);
            *server.running.write().unwrap_or_else(PoisonError::into_inner) = next.server;
            self.kills.fetch_add(1, Ordering::SeqCst);
        } else {
            let _paused = Paused::by(|signal| server.signal(signal));
            tokio::time::sleep(milliseconds(200, 2500)).await;
            self.pauses.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// Changes any record through the door of a contract or of the operator API.
    pub async fn write(&self, server: &Server) -> reqwest::Result<reqwest::Response> {
        let text = self.sent.fetch_add(1, Ordering::SeqCst).to_string();
        let (login, id) = &self.people[any(self.people.len())];
        let request = match any(3) {
            0 => self.request(server, "PUT", "/account/me", &user(*login)).json(&json!({"city": text})),
            1 => {
                // Made for each request, because one is good for ten minutes.
                let token = format!("Bearer {}", self.first.own_token(id));
                self.request(server, "PATCH", "/users/me", &token).json(&json!({"bio": text}))
            }
            _ => {
                let path = format!("/operator/v1/records/account/{login}");
                let fields = json!({"fields": {"state": text}});
                self.request(server, "PATCH", &path, &self.operator).json(&fields)
            }
        };
        let answer = request.send().await?;
        if answer.status() == 200 {
            self.told.fetch_add(1, Ordering::SeqCst);
        }
        Ok(answer)
    }
}
