//! Where the rows of each table are on a cluster of Citus: one table that the command and the tests read.

/// Where rows are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placement {
    /// Spread by `root` over the machines; tables with the same root are together.
    Spread,
    /// A copy on every machine: small, rarely written, and joined with.
    Everywhere,
    /// On the machine that the service asks: facts of the service itself, nothing of people.
    Local,
}

/// A table and where its rows are.
#[derive(Debug, Clone, Copy)]
pub struct TablePlacement {
    /// Its name.
    pub name: &'static str,
    /// Where its rows are.
    pub placement: Placement,
    /// Why.
    pub reason: &'static str,
}

const fn spread(name: &'static str, reason: &'static str) -> TablePlacement {
    TablePlacement { name, placement: Placement::Spread, reason }
}

const fn everywhere(name: &'static str, reason: &'static str) -> TablePlacement {
    TablePlacement { name, placement: Placement::Everywhere, reason }
}

const fn local(name: &'static str, reason: &'static str) -> TablePlacement {
    TablePlacement { name, placement: Placement::Local, reason }
}

/// Every table, each behind those that it refers to. The first one that is spread is the one that all others are put beside.
pub const TABLES: [TablePlacement; 45] = [
    everywhere("master_key", "names; wrapped keys refer to it"),
    everywhere(
        "service_key",
        "refers to master_key, and a reference from a local table would make that one local, too",
    ),
    everywhere("customer", "operators write it; accounts are joined with it"),
    everywhere("business", "operators write it; users and overrides need it"),
    everywhere("app", "operators write it; API keys need it"),
    everywhere("api_key", "operators write it; looked up by its hash at every request"),
    everywhere("language", "operators write it; members are joined with it"),
    everywhere("tenant", "operators write it; memberships need it"),
    everywhere("brand", "operators write it; memberships name it"),
    everywhere("member_group", "operators write it; memberships name it"),
    everywhere("operator_key", "operators write it; looked up by its hash at every request"),
    spread("changes", "with the record that a change is of"),
    spread("account", "by login"),
    spread("media_file", "by UUID"),
    spread("user_profile", "by user"),
    spread("user_override", "with the user"),
    spread("upload", "by id"),
    spread("client", "by sub"),
    spread("member", "by number"),
    spread("membership", "with the member"),
    spread("password_attempts", "with the member"),
    spread("person_record", "by person"),
    spread("person_key", "by person"),
    spread("access", "by person, or by the key of a record without one"),
    spread("hold", "by person"),
    spread("erasure", "by person"),
    spread("claim", "by value, whatever record has it: the one place for uniqueness across roots"),
    spread("idempotency_key", "by caller: a stored response may hold values of people"),
    spread("search_record", "with the record that is found"),
    spread("search_term", "with the record that is found"),
    spread("follower", "with the deliveries, which are stored in one step with it"),
    spread("subscription", "with its follower, which it is joined with"),
    spread("delivery_waiting", "by follower"),
    spread("delivery_attempt", "by follower"),
    local("call_count", "numbers by the keyed hash of a caller, for a minute"),
    local("checkpoint", "digests of the log, one a minute"),
    local("client_number", "one row"),
    local("feed_server", "a row for each server"),
    local("key_holder", "a row for each server"),
    local("known_key", "names of keys, a few rows"),
    local("search_progress", "one row"),
    local("store_copy", "one row while a store is copied"),
    local("verification", "one row: how the last profile verify ended"),
    local("write_probe", "one row"),
    local("migration_turn", "one row"),
];
