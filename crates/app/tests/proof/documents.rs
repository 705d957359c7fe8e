//! Cases that schemathesis generates from each contract's document, with valid credentials: no server error, and no answer
//! outside the document.
//!
//! `PROOF_EXAMPLES` says how many for each operation (10 unless told), `PROOF_SEED` from which seed.
#![allow(clippy::print_stdout)] // the figures are for the README

use std::{env, fs, process::Command};

use serde_json::json;

use crate::{
    DATABASE,
    callers::{Caller, Cast, authorization},
    support::{
        FILES, Target,
        packages::{python_with, run},
        people::OWN,
    },
};

const SCHEMATHESIS: &str = "schemathesis==4.32.5";
/// Parameters that no document names are ignored by every contract, not rejected.
const GENERATION: &str = "[generation]\nallow-extra-parameters = false\n";
const DOCUMENTS: [&str; 5] = ["account", "users", "client", "tenant", "operator"];

fn setting(name: &str, default: &str) -> String {
    env::var(name).unwrap_or_else(|_| default.to_owned())
}

/// Paths that name somebody who is there; for operators also those that name anything of any kind.
fn configurations(contract: &str, cast: &Cast) -> Vec<String> {
    let record = |kind, key: &dyn std::fmt::Display| {
        format!("[parameters]\n\"path.kind\" = \"{kind}\"\n\"path.key\" = \"{key}\"\n")
    };
    let one = match contract {
        "operator" => {
            let account = record("account", &cast.family.double_accounts[0]);
            return vec![account, record("user", &cast.people.nora), String::new()];
        }
        "account" => format!("[parameters]\n\"path.file\" = \"{}\"\n", FILES.public),
        "users" => format!(
            // The document is that of the newest version; older ones let pass what they do not know.
            "[parameters]\n\"header.Api-Version-Date\" = \"2026-10-15-1\"\n\
             [[operations]]\ninclude-path-regex = \"/users/\"\n\
             parameters = {{ \"path.id\" = \"{}\", \"path.resource_id\" = \"{OWN}\" }}\n",
            cast.people.nora
        ),
        "tenant" => "[parameters]\n\"path.version\" = \"v1\"\n\"path.tenant\" = \"acme\"\n".to_owned(),
        _ => String::new(),
    };
    vec![one]
}

#[tokio::test]
async fn answers_are_as_documented() {
    let target = Target::unlimited(DATABASE);
    let cast = Cast::of(&target);
    let mut callers = cast.callers(&target);
    callers.push(Caller {
        group: "operator",
        name: "admin",
        credential: Some(target.operator_key(DATABASE, "admin", &[]).secret),
    });
    let schemathesis = python_with(SCHEMATHESIS).join("schemathesis");
    let runs = DOCUMENTS.iter().flat_map(|contract| {
        configurations(contract, &cast).into_iter().map(move |configuration| (*contract, configuration))
    });
    for (contract, configuration) in runs {
        // The first of a contract's callers is one who may do most.
        let caller = callers.iter().find(|caller| caller.group == contract).unwrap();
        let credential = caller.credential.as_deref().unwrap();
        let authorization = format!("Authorization: {}", authorization(contract, credential));
        fs::write(target.folder.join("schemathesis.toml"), GENERATION.to_owned() + &configuration).unwrap();
        let document = format!("{}/../../openapi/{contract}.json", env!("CARGO_MANIFEST_DIR"));
        let mut command = Command::new(&schemathesis);
        command.current_dir(&target.folder).args(["--config-file", "schemathesis.toml", "run", &document]);
        command.args(["--url", &target.url, "--header", &authorization, "--no-color"]);
        // A long poll may take half a minute.
        command.args(["--request-timeout", "60"]);
        command.args([
            "--max-examples",
            &setting("PROOF_EXAMPLES", "10"),
            "--seed",
            &setting("PROOF_SEED", "1"),
        ]);
        // Some rules no document can say: an age, a reference to a record, a username that is free. A revoked key stays in the
        // list, a dry run makes nothing, and rows of an import are no single JSON value.
        let excluded = match contract {
            "operator" => "positive_data_acceptance,use_after_free,ensure_resource_availability",
            _ => "positive_data_acceptance",
        };
        command.args(["--exclude-checks", excluded, "--exclude-path", "/operator/v1/imports"]);
        let report = run(&mut command, &format!("an answer is not as openapi/{contract}.json says"));
        let cases = report.lines().filter(|line| line.contains("cases") || line.contains("generated"));
        println!("{contract}: {}", cases.map(str::trim).collect::<Vec<_>>().join("; "));
    }
    assert_eq!(json!(target.account(cast.family.alone).await["login"]), json!(cast.family.alone));
}
