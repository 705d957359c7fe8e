//! The statements that name no root and ask every machine of a cluster, each with the reason why it may.

/// What is in the text of a statement, and why it may ask every machine.
pub const ASK_ALL: [(&str, &str); 48] = [
    ("FROM changes ORDER BY id DESC LIMIT 1", LOG),
    (r#"FROM "changes" WHERE ("changes"."id" <= $1) ORDER BY "changes"."id" DESC"#, LOG),
    (
        r#"FROM "changes" WHERE (("changes"."id" > $1) AND ("changes"."id" <= $2)) ORDER BY "changes"."id""#,
        LOG,
    ),
    (
        r#"FROM "changes" WHERE ("changes"."id" = ANY($1))"#,
        "what is to be delivered, by its place in the log",
    ),
    (r#"AND (("changes"."kind" = $3) AND ("changes"."salt" IS NOT NULL))) ORDER BY "changes"."id""#, EXPIRY),
    (
        r#"FROM "changes" WHERE ((("changes"."kind" = $1) AND ("changes"."key" >= $2)) AND"#,
        "verification walks all",
    ),
    (r#"("later"."version" = ("changes"."version" + $5))"#, "operators list the records of a kind"),
    ("AS listed WHERE $1 = $1", "a list of users, each machine up to its limit"),
    (") AS found", "the search of people, each machine up to its limit"),
    (
        r#"FROM ("member" INNER JOIN "membership" ON (("membership"."root" = "member"."root")"#,
        "a tenant's members",
    ),
    (
        r#"WHERE ("account"."customer_id" = $1) ORDER BY "account"."login" LIMIT"#,
        "accounts of a customer, by index",
    ),
    (
        r#"FROM "media_file" WHERE (("media_file"."person_id" = $1)"#,
        "files have roots of their own; by index",
    ),
    (
        r#"FROM "upload" WHERE ((("upload"."owner" = $1)"#,
        "uploads have roots of their own; by index, before an upload",
    ),
    ("DELETE FROM search_term WHERE (root, kind, key) IN (SELECT stored.root,", FOLLOWER),
    ("INSERT INTO search_term (root, kind, key,", FOLLOWER),
    ("SELECT stored.kind, stored.key FROM item JOIN search_record AS stored", FOLLOWER),
    (r#"FROM "follower" ORDER BY"#, "a few rows, asked for by the one server that delivers"),
    (
        r#"ON ("follower"."root" = "subscription"."root")) WHERE ("subscription"."root" > $1)"#,
        "operators list them",
    ),
    (r#"FROM "access" WHERE ("access"."id" < $1) ORDER BY"#, "operators read who looked"),
    (
        r#"FROM "access" WHERE (("access"."id" < $1) AND ("access"."actor" = ANY($2)))"#,
        "operators read who looked",
    ),
    ("FROM account WHERE customer_id = CAST(", REFERENCE),
    ("FROM member WHERE language_id = CAST(", REFERENCE),
    ("FROM membership WHERE tenant_id = CAST(", REFERENCE),
    ("FROM json_array_elements(accounts) AS item WHERE", REFERENCE),
    ("FROM json_array_elements(brands) AS item WHERE", REFERENCE),
    (r#"FROM json_array_elements("groups") AS item WHERE"#, REFERENCE),
    (r#"FROM "upload" WHERE ((("upload"."updated_at" < $1) AND"#, SWEEP),
    (r#"FROM "upload" WHERE status = 'processing'"#, SWEEP),
    (r#"DELETE FROM "idempotency_key" WHERE ("idempotency_key"."replied_at" < $1)"#, SWEEP),
    (r#"DELETE FROM "delivery_attempt" WHERE ("delivery_attempt"."at" < $1)"#, SWEEP),
    (r#"FROM "account" WHERE ("account"."avatar" = ANY($1))"#, MEDIA),
    (r#"FROM "client" WHERE ("client"."picture" = ANY($1))"#, MEDIA),
    (r#"FROM "upload" WHERE ("upload"."content" = ANY($1))"#, MEDIA),
    (r#"FROM "upload" WHERE ("upload"."rendition" = ANY($1))"#, MEDIA),
    (r#"FROM "user_override" WHERE ("user_override"."picture_file" = ANY($1))"#, MEDIA),
    (r#"FROM "user_profile" WHERE ("user_profile"."banner_file" = ANY($1))"#, MEDIA),
    (r#"FROM "user_profile" WHERE ("user_profile"."picture_file" = ANY($1))"#, MEDIA),
    (r#"DELETE FROM "idempotency_key" WHERE ("idempotency_key"."about" = $1)"#, ERASURE),
    (r#"DELETE FROM "delivery_attempt" WHERE ("delivery_attempt"."person_id" = $1)"#, ERASURE),
    (r#"FROM "erasure" WHERE ("erasure"."receipt" IS NULL)"#, ERASURE),
    (r#"(("later"."root" = "erasure"."root") AND ("later"."id" > "erasure"."id"))"#, ERASURE),
    (r#"FROM "person_key" WHERE (("person_key"."master" != $1)"#, ROTATION),
    (r#"FROM "person_key" WHERE ("person_key"."master" = $1)"#, ROTATION),
    ("SELECT COUNT(*) FROM \"account\"", COUNTED),
    ("SELECT COUNT(*) FROM \"client\"", COUNTED),
    ("SELECT COUNT(*) FROM \"me", COUNTED),
    ("SELECT COUNT(*) FROM \"upload\"", COUNTED),
    ("SELECT COUNT(*) FROM \"user_", COUNTED),
];

const LOG: &str = "the log in its order: no root has it";
const EXPIRY: &str = "values that are too old are looked for in the order of the log";
const FOLLOWER: &str =
    "the one server that follows the log for the search writes records of many people at once";
const REFERENCE: &str = "whether a living record names what an operator ends; rare";
const SWEEP: &str = "the one server that tidies up looks for what is old";
const MEDIA: &str = "names of files are compared with all records, every few hours";
const ERASURE: &str = "part of an erasure, or looks for those that are not over; rare";
const ROTATION: &str = "keys of all people under a master key, when that is rotated";
const COUNTED: &str = "records are counted for the report of a command";
