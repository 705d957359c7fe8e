//! From a record of any kind, or the name of a kind, to what its own type can do.

use profile_domain::{
    AnyRecord,
    account::{Account, Customer},
    change::Facet,
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
pub fn visit_kind<V: KindVisitor>(facet: Facet, visitor: V) -> V::Output {
    match facet {
        Facet::Customer => visitor.visit::<Customer>(),
        Facet::Account => visitor.visit::<Account>(),
        Facet::File => visitor.visit::<MediaFile>(),
        Facet::User => visitor.visit::<User>(),
        Facet::Override => visitor.visit::<Override>(),
        Facet::Business => visitor.visit::<Business>(),
        Facet::App => visitor.visit::<App>(),
        Facet::ApiKey => visitor.visit::<ApiKey>(),
        Facet::Upload => visitor.visit::<Upload>(),
        Facet::Client => visitor.visit::<Client>(),
        Facet::Language => visitor.visit::<Language>(),
        Facet::Tenant => visitor.visit::<Tenant>(),
        Facet::Brand => visitor.visit::<Brand>(),
        Facet::Group => visitor.visit::<Group>(),
        Facet::Member => visitor.visit::<Member>(),
        Facet::Membership => visitor.visit::<Membership>(),
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
    fn key_of(facet: Facet) -> &'static str {
        match facet {
            Facet::File | Facet::Client => "019cb73d-3218-71f7-81a2-b3c4d5e6f708",
            Facet::User => "user_4hTq81LmZp0Va1",
            Facet::Override => "user_4hTq81LmZp0Va1:biz_9QeRtYu2IoPlKj",
            Facet::Business => "biz_9QeRtYu2IoPlKj",
            Facet::App => "app_9QeRtYu2IoPlKj",
            Facet::ApiKey => "apik_9QeRtYu2IoPlKj",
            Facet::Upload => "file_9QeRtYu2IoPlKj",
            Facet::Membership => "90:7",
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
            assert!(is_static(&found), "{:?}", T::FACET);
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
        for facet in Facet::ALL {
            let key = key_of(facet);
            for text in visit_kind(facet, Texts(key)) {
                let (_, found) = text.split_once(" WHERE ").unwrap();
                assert!(found.contains(r#""root" = $1"#), "{text}");
                let (_, binds) = text.split_once(" -- binds: [").unwrap();
                assert!(binds.starts_with(&format!("{:?}", facet.root_of(key))), "{text}");
            }
        }
    }
}
