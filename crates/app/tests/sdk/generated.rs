//! Clients that public generators make of the API documents, against the running binary: no warning that matters, and each
//! reads and updates a record of every contract.

use std::{fs, path::Path, process::Command};

use serde_json::json;

use crate::{
    script,
    support::{
        Target, clients,
        members::bearer,
        packages::{node_with, python_with, run},
        people::People,
        user,
    },
};

const PYTHON_GENERATOR: &str = "openapi-python-client==0.29.1";
const TYPESCRIPT_GENERATOR: &[&str] =
    &["openapi-typescript@7.13.0", "openapi-fetch@0.17.0", "typescript@5.9.3", "@types/node@20.19.25"];
const CONTRACTS: [&str; 4] = ["account", "users", "client", "tenant"];

fn document(contract: &str) -> String {
    format!("{}/../../openapi/{contract}.json", env!("CARGO_MANIFEST_DIR"))
}

/// Tells a script where the service is, and the token of somebody in each contract.
fn told(command: &mut Command, target: &Target) {
    let family = target.family();
    let people: People = target.people();
    let token = |text: String| text.trim_start_matches("Bearer ").to_owned();
    let tokens = json!({
        "account": user(family.alone),
        "users": target.own_token(&people.nora),
        "client": clients::token(clients::OPEN),
        "tenant": token(bearer(target.members().mira(), None)),
    });
    command.env("PROFILE_URL", &target.url).env("TOKENS", tokens.to_string());
}

/// A warning that matters: the generator leaves out more than the bytes of a picture, for which it has no type.
fn matters(report: &str) -> Vec<&str> {
    let warnings = report.lines().filter(|line| {
        line.contains("will not be generated")
            || line.contains("Unable to process")
            || line.contains("Could not")
    });
    warnings.collect()
}

#[test]
fn a_python_client_is_generated_and_works() {
    let bin = python_with(PYTHON_GENERATOR);
    let target = Target::binary("sqlite://data/profile.db");
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    for contract in CONTRACTS {
        let mut generator = Command::new(bin.join("openapi-python-client"));
        generator.current_dir(&target.folder).env("PATH", &path);
        generator.args(["generate", "--meta", "none", "--overwrite", "--path", &document(contract)]);
        generator.args(["--output-path", &format!("generated_{contract}")]);
        let report = run(&mut generator, contract);
        assert_eq!(matters(&report), Vec::<&str>::new(), "{contract}: {report}");
    }
    let mut command = Command::new(bin.join("python"));
    told(command.arg(script("generated.py")).env("GENERATED", &target.folder), &target);
    run(&mut command, "see the script");
}

#[test]
fn typescript_types_are_generated_and_fit() {
    let folder = node_with("generated", TYPESCRIPT_GENERATOR);
    let modules = folder.join("node_modules/.bin");
    for contract in CONTRACTS {
        let mut generator = Command::new(modules.join("openapi-typescript"));
        run(
            generator.arg(document(contract)).arg("-o").arg(folder.join(format!("{contract}.d.ts"))),
            contract,
        );
    }
    fs::copy(script("generated.ts"), folder.join("generated.ts")).unwrap();
    fs::write(folder.join("package.json"), r#"{"type":"module"}"#).unwrap();
    compile(&modules, &folder);
    let target = Target::binary("sqlite://data/profile.db");
    let mut command = Command::new("node");
    told(command.arg(folder.join("generated.js")), &target);
    run(&mut command, "see the script");
}

/// Checks the script against the generated types, strictly.
fn compile(modules: &Path, folder: &Path) {
    let mut compiler = Command::new(modules.join("tsc"));
    compiler.current_dir(folder).args(["--strict", "--noUncheckedIndexedAccess", "--target", "es2022"]);
    compiler.args(["--module", "nodenext", "--skipLibCheck", "generated.ts"]);
    run(&mut compiler, "a type is not as the script uses it");
}
