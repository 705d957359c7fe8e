//! Passwords by argon2id with the parameters that the library recommends today, a few at a time.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use argon2::{Argon2, PasswordHash, PasswordHasher as _, PasswordVerifier as _};
use async_trait::async_trait;
use profile_domain::Text;
use profile_ports::{PasswordBusy, Passwords, Unavailable, Verdict};
use profile_workers::Workers;

/// Checks that are on their way at most. Beyond that the caller is told to come again, so that a flood delays nobody for long.
const QUEUE: usize = 32;

/// Hashes and checks passwords.
pub struct ArgonPasswords {
    workers: Workers,
    waiting: Arc<AtomicUsize>,
}

impl Default for ArgonPasswords {
    fn default() -> Self {
        Self { workers: Workers::new("password"), waiting: Arc::default() }
    }
}

/// A place in the queue, given back when it is left.
struct Place(Arc<AtomicUsize>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

impl ArgonPasswords {
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
impl Passwords for ArgonPasswords {
    async fn verify(&self, password: &str, hash: &Text) -> Result<Verdict, PasswordBusy> {
        let _place = self.place()?;
        let (password, hash) = (password.to_owned(), hash.as_str().to_owned());
        let right = self.run(move || matches(&password, &hash)).await?;
        Ok(if right { Verdict::Right } else { Verdict::Wrong })
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
        self.run(work).await?
    }

    fn understands(&self, hash: &str) -> bool {
        hash.starts_with("$argon2id$") && PasswordHash::new(hash).is_ok_and(|hash| hash.hash.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_password_is_right() {
        let passwords = ArgonPasswords::default();
        let hash = passwords.hash("correct horse", None).await.unwrap();
        assert!(hash.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", hash.as_str());
        assert!(passwords.understands(hash.as_str()));
        assert_eq!(passwords.verify("correct horse", &hash).await.unwrap(), Verdict::Right);
        for wrong in ["", "Correct horse", "correct horse "] {
            assert_eq!(passwords.verify(wrong, &hash).await.unwrap(), Verdict::Wrong);
        }
        assert_eq!(passwords.hash("correct horse", Some(&hash)).await.unwrap(), hash);
        assert_ne!(passwords.hash("another", Some(&hash)).await.unwrap(), hash);
        for wrong in ["", "secret", "$argon2id$", "$2b$12$abc"] {
            assert!(!passwords.understands(wrong), "{wrong}");
        }
    }

    #[tokio::test]
    async fn a_flood_is_turned_away_and_leaves_no_trace() {
        let passwords = ArgonPasswords::default();
        let hash = passwords.hash("x", None).await.unwrap();
        let flood = futures_util::future::join_all((0..60).map(|_| passwords.verify("y", &hash))).await;
        let refused = flood.iter().filter(|answer| matches!(answer, Err(PasswordBusy::Queue))).count();
        assert_eq!(refused, 60 - QUEUE);
        assert_eq!(passwords.verify("x", &hash).await.unwrap(), Verdict::Right);
    }
}
