//! The machine's clock and randomness behind the ports; the only place that asks them.
#![expect(clippy::disallowed_methods, reason = "this is the adapter that everything else must ask")]

use chrono::{DateTime, SubsecRound as _, Utc};
use profile_domain::{
    PersonId,
    change::Salt,
    operator::{OperatorKeyId, SubscriptionId},
    users::{KeyId, UploadId},
};
use profile_ports::{Clock, Ids};
use uuid::Uuid;

/// The machine's clock, or an instant at which it stands.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock(pub Option<DateTime<Utc>>);

impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        // Microseconds are what every store keeps.
        self.0.unwrap_or_else(Utc::now).trunc_subsecs(6)
    }
}

/// Random identifiers.
#[derive(Debug, Clone, Copy)]
pub struct RandomIds;

impl Ids for RandomIds {
    fn person(&self) -> PersonId {
        PersonId(Uuid::now_v7())
    }

    fn random(&self) -> u64 {
        // All but the highest two of these bits are random.
        Uuid::new_v4().as_u64_pair().1
    }

    fn salt(&self) -> Salt {
        let [mut bytes, more] = [Uuid::new_v4(), Uuid::new_v4()].map(Uuid::into_bytes);
        // Bytes 6 and 8 of a version 4 id tell its version and variant; all others are random.
        let [first, second, ..] = more;
        (bytes[6], bytes[8]) = (first, second);
        Salt(bytes)
    }

    fn file(&self) -> Uuid {
        Uuid::new_v4()
    }

    fn api_key(&self) -> KeyId {
        prefixed(KeyId::PREFIX)
    }

    fn operator_key(&self) -> OperatorKeyId {
        prefixed(OperatorKeyId::PREFIX)
    }

    fn subscription(&self) -> SubscriptionId {
        prefixed(SubscriptionId::PREFIX)
    }

    fn webhook_secret(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        for half in bytes.chunks_exact_mut(16) {
            half.copy_from_slice(&self.salt().0);
        }
        bytes
    }

    fn api_key_secret(&self) -> String {
        // Each brings 122 random bits.
        format!("profile_{}{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple(), Uuid::new_v4().simple())
    }

    fn upload(&self) -> UploadId {
        prefixed(UploadId::PREFIX)
    }

    fn secret_name(&self) -> String {
        Uuid::new_v4().simple().to_string()
    }

    fn request(&self) -> Uuid {
        Uuid::now_v7()
    }
}

/// An id with a prefix: the prefix and 14 random letters and digits.
fn prefixed<T: for<'a> TryFrom<&'a str>>(prefix: &str) -> T {
    loop {
        // 32 hexadecimal digits, of which the version takes one; any 14 of the others are random enough for a name.
        let digits = Uuid::new_v4().simple().to_string();
        let tail: String = digits.chars().rev().take(14).collect();
        if let Ok(id) = T::try_from(format!("{prefix}{tail}").as_str()) {
            return id;
        }
    }
}
