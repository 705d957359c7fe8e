//! Passwords by argon2id with the parameters that the library recommends today, a few at a time.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use argon2::{Argon2, Params, PasswordHash, PasswordHasher as _, PasswordVerifier as _};
use async_trait::async_trait;
use profile_domain::Text;
use profile_ports::{PasswordBusy, PasswordTurn, Passwords, Unavailable, Verdict};
use profile_workers::Workers;
use tokio::sync::OwnedMutexGuard;

use self::turns::{Turns, Window};

mod turns;

/// Checks of all owners that are on their way at most. Beyond that the caller is told to come again, so that a flood delays
/// nobody for long.
const QUEUE: usize = 32;

/// The costliest hash that an import may bring: KiB of memory, passes over it, and lanes.
const MOST_MEMORY: u32 = 128 * 1024;
const MOST_PASSES: u32 = 10;
const MOST_LANES: u32 = 16;

/// Hashes and checks passwords.
pub struct ArgonPasswords {
    pool: Arc<Pool>,
    turns: Turns,
}

/// The threads, and how many checks wait for them.
struct Pool {
    workers: Workers,
    waiting: Arc<AtomicUsize>,
}

/// The turn of one owner.
struct Turn {
    pool: Arc<Pool>,
    window: OwnedMutexGuard<Window>,
}

impl Default for ArgonPasswords {
    fn default() -> Self {
        let pool = Pool { workers: Workers::new("password"), waiting: Arc::default() };
        Self { pool: Arc::new(pool), turns: Turns::default() }
    }
}

/// A place in the queue, given back when it is left.
struct Place(Arc<AtomicUsize>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Pool {
    fn place(&self) -> Result<Place, PasswordBusy> {
        let place = Place(Arc::clone(&self.waiting));
        if self.waiting.fetch_add(1, Ordering::AcqRel) >= QUEUE {
            return Err(PasswordBusy::Queue);
        }
        Ok(place)
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Unavailable> {
        self.workers.run(work).await.map_err(Unavailable::passwords)
    }
}

fn matches(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash)
        .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

#[async_trait]
impl PasswordTurn for Turn {
    async fn verify(&mut self, password: &str, hash: &Text) -> Result<Verdict, PasswordBusy> {
        if !self.window.count() {
            return Err(PasswordBusy::Queue);
        }
        let _place = self.pool.place()?;
        let (password, hash) = (password.to_owned(), hash.as_str().to_owned());
        let right = self.pool.run(move || matches(&password, &hash)).await?;
        Ok(if right { Verdict::Right } else { Verdict::Wrong })
    }
}

#[async_trait]
impl Passwords for ArgonPasswords {
    async fn turn(&self, owner: i32) -> Box<dyn PasswordTurn> {
        let window = self.turns.take(owner).await;
        Box::new(Turn { pool: Arc::clone(&self.pool), window })
    }

    async fn hash(&self, password: &str, known: Option<&Text>) -> Result<Text, Unavailable> {
        let (password, known) = (password.to_owned(), known.cloned());
        let work = move || match known {
            Some(known) if matches(&password, known.as_str()) => Ok(known),
            _ => {
                let hash = Argon2::default().hash_password(password.as_bytes());
                hash.map_err(Unavailable::passwords)
                    .and_then(|hash| Text::try_from(hash.to_string()).map_err(Unavailable::passwords))
            }
        };
        self.pool.run(work).await?
    }

    fn understands(&self, hash: &str) -> bool {
        let within = |params: Params| {
            params.m_cost() <= MOST_MEMORY && params.t_cost() <= MOST_PASSES && params.p_cost() <= MOST_LANES
        };
        let whole = PasswordHash::new(hash).ok().filter(|hash| hash.hash.is_some());
        let params = whole.and_then(|hash| Params::try_from(&hash).ok());
        hash.starts_with("$argon2id$") && params.is_some_and(within)
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use futures_util::future::{Either, join_all, select};

    use super::*;

    #[tokio::test]
    async fn only_the_password_is_right() {
        let passwords = ArgonPasswords::default();
        let hash = passwords.hash("correct horse", None).await.unwrap();
        assert!(hash.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", hash.as_str());
        assert!(passwords.understands(hash.as_str()));
        let mut turn = passwords.turn(1).await;
        assert_eq!(turn.verify("correct horse", &hash).await.unwrap(), Verdict::Right);
        for wrong in ["", "Correct horse", "correct horse "] {
            assert_eq!(turn.verify(wrong, &hash).await.unwrap(), Verdict::Wrong);
        }
        assert_eq!(passwords.hash("correct horse", Some(&hash)).await.unwrap(), hash);
        assert_ne!(passwords.hash("another", Some(&hash)).await.unwrap(), hash);
        for wrong in ["", "secret", "$argon2id$", "$2b$12$abc"] {
            assert!(!passwords.understands(wrong), "{wrong}");
        }
    }

    #[test]
    fn costly_hashes_are_not_understood() {
        let passwords = ArgonPasswords::default();
        let hash = |costs: &str| {
            format!(
                "$argon2id$v=19${costs}$31Z2viweQmH6ZULm7UEjSw$WgCaYsfQobcIqLO6r4OqY+JaQNOhx38ihtpYk8Sv3ic"
            )
        };
        for fine in ["m=19456,t=2,p=1", "m=131072,t=10,p=16", "m=65536,t=4,p=1", "m=102400,t=2,p=8"] {
            assert!(passwords.understands(&hash(fine)), "{fine}");
        }
        for costly in [
            "m=131073,t=1,p=1",
            "m=4194304,t=1,p=1",
            "m=4294967295,t=1,p=1",
            "m=19456,t=11,p=1",
            "m=19456,t=4294967295,p=1",
            "m=19456,t=2,p=17",
            "m=8,t=1,p=16",
            "m=99999999999,t=1,p=1",
        ] {
            assert!(!passwords.understands(&hash(costly)), "{costly}");
        }
    }

    #[tokio::test]
    async fn a_flood_is_turned_away_and_leaves_no_trace() {
        let passwords = ArgonPasswords::default();
        let hash = passwords.hash("x", None).await.unwrap();
        let attempt = async |owner: i32| passwords.turn(owner).await.verify("y", &hash).await;
        let flood = join_all((0..60).map(attempt)).await;
        let refused = flood.iter().filter(|answer| matches!(answer, Err(PasswordBusy::Queue))).count();
        assert_eq!(refused, 60 - QUEUE);
        assert_eq!(passwords.turn(99).await.verify("x", &hash).await.unwrap(), Verdict::Right);
    }

    #[tokio::test]
    async fn the_flood_of_one_owner_delays_nobody_else() {
        let passwords = ArgonPasswords::default();
        let hash = passwords.hash("x", None).await.unwrap();
        let attempt = async |owner: i32| passwords.turn(owner).await.verify("x", &hash).await.unwrap();
        let flood = pin!(join_all((0..40).map(|_| attempt(1))));
        match select(flood, pin!(attempt(2))).await {
            Either::Right((verdict, flood)) => {
                assert_eq!(verdict, Verdict::Right);
                assert!(flood.await.iter().all(|verdict| *verdict == Verdict::Right));
            }
            Either::Left(_) => panic!("the other owner came last"),
        }
    }
}
