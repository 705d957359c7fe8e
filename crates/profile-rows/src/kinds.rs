//! From a record of any kind, or the name of a kind, to what its own type can do.

use profile_domain::{
    AnyRecord,
    account::{Account, Customer},
    change::RecordKind,
    client::Client,
    media::MediaFile,
    tenant::{Brand, Group, Language, Member, Membership, Tenant},
    users::{ApiKey, App, Business, Override, Upload, User},
};

use crate::stored::Stored;

/// What is done with a record, whatever its kind.
pub trait RecordVisitor {
    /// What comes of it.
    type Output;

    /// Does it.
    fn visit<T: Stored>(self, record: T) -> Self::Output;
}

/// What is done with a kind of record, whichever it is.
pub trait KindVisitor {
    /// What comes of it.
    type Output;

    /// Does it.
    fn visit<T: Stored>(self) -> Self::Output;
}

/// Shows a record to `visitor`, as its own type.
pub fn visit_record<V: RecordVisitor>(record: AnyRecord, visitor: V) -> V::Output {
    match record {
        AnyRecord::Customer(record) => visitor.visit(*record),
        AnyRecord::Account(record) => visitor.visit(*record),
        AnyRecord::MediaFile(record) => visitor.visit(*record),
        AnyRecord::User(record) => visitor.visit(*record),
        AnyRecord::Override(record) => visitor.visit(*record),
        AnyRecord::Business(record) => visitor.visit(*record),
        AnyRecord::App(record) => visitor.visit(*record),
        AnyRecord::ApiKey(record) => visitor.visit(*record),
        AnyRecord::Upload(record) => visitor.visit(*record),
        AnyRecord::Client(record) => visitor.visit(*record),
        AnyRecord::Language(record) => visitor.visit(*record),
        AnyRecord::Tenant(record) => visitor.visit(*record),
        AnyRecord::Brand(record) => visitor.visit(*record),
        AnyRecord::Group(record) => visitor.visit(*record),
        AnyRecord::Member(record) => visitor.visit(*record),
        AnyRecord::Membership(record) => visitor.visit(*record),
    }
}

/// Shows a kind of record to `visitor`, as its type.
pub fn visit_kind<V: KindVisitor>(kind: RecordKind, visitor: V) -> V::Output {
    match kind {
        RecordKind::Customer => visitor.visit::<Customer>(),
        RecordKind::Account => visitor.visit::<Account>(),
        RecordKind::File => visitor.visit::<MediaFile>(),
        RecordKind::User => visitor.visit::<User>(),
        RecordKind::Override => visitor.visit::<Override>(),
        RecordKind::Business => visitor.visit::<Business>(),
        RecordKind::App => visitor.visit::<App>(),
        RecordKind::ApiKey => visitor.visit::<ApiKey>(),
        RecordKind::Upload => visitor.visit::<Upload>(),
        RecordKind::Client => visitor.visit::<Client>(),
        RecordKind::Language => visitor.visit::<Language>(),
        RecordKind::Tenant => visitor.visit::<Tenant>(),
        RecordKind::Brand => visitor.visit::<Brand>(),
        RecordKind::Group => visitor.visit::<Group>(),
        RecordKind::Member => visitor.visit::<Member>(),
        RecordKind::Membership => visitor.visit::<Membership>(),
    }
}

#[cfg(test)]
mod tests {
    use diesel::{
        debug_query,
        pg::Pg,
        query_builder::{QueryFragment, QueryId},
    };

    use super::*;
    use crate::statement::Statement;

    /// A key of each kind.
    fn key_of(kind: RecordKind) -> &'static str {
        match kind {
            RecordKind::File | RecordKind::Client => "019cb73d-3218-71f7-81a2-b3c4d5e6f708",
            RecordKind::User => "user_4hTq81LmZp0Va1",
            RecordKind::Override => "user_4hTq81LmZp0Va1:biz_9QeRtYu2IoPlKj",
            RecordKind::Business => "biz_9QeRtYu2IoPlKj",
            RecordKind::App => "app_9QeRtYu2IoPlKj",
            RecordKind::ApiKey => "apik_9QeRtYu2IoPlKj",
            RecordKind::Upload => "file_9QeRtYu2IoPlKj",
            RecordKind::Membership => "90:7",
            _ => "90",
        }
    }

    /// The texts of what finds and what removes the record with this key.
    struct Texts(&'static str);

    impl KindVisitor for Texts {
        type Output = [String; 2];

        fn visit<T: Stored>(self) -> [String; 2] {
            let key = T::parse_key(self.0).unwrap();
            let found = T::by_key(&key);
            assert!(is_static(&found), "{:?}", T::KIND);
            [text(&found), text(&checked(T::delete(&key, 1)))]
        }
    }

    fn text(statement: &impl QueryFragment<Pg>) -> String {
        debug_query::<Pg, _>(statement).to_string()
    }

    fn is_static<Q: QueryId>(_: &Q) -> bool {
        Q::HAS_STATIC_QUERY_ID
    }

    fn checked<S: Statement>(statement: S) -> S {
        assert!(S::HAS_STATIC_QUERY_ID, "its text is not made each time");
        statement
    }

    #[test]
    fn a_record_of_every_kind_is_found_and_removed_by_its_root() {
        for kind in RecordKind::ALL {
            let key = key_of(kind);
            for text in visit_kind(kind, Texts(key)) {
                let (_, found) = text.split_once(" WHERE ").unwrap();
                assert!(found.contains(r#""root" = $1"#), "{text}");
                let (_, binds) = text.split_once(" -- binds: [").unwrap();
                assert!(binds.starts_with(&format!("{:?}", kind.root_of(key))), "{text}");
            }
        }
    }
}
