//! `docker-compose.yml` without Docker: what its profiles start, mount and set is there, and is what the program knows.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
    process::Command,
};

use tempfile::TempDir;

use crate::{DATABASE, stderr, stdout, support::profile};

/// What each profile starts beside the services that have none.
const PROFILES: [(&str, &[&str]); 4] = [
    ("", &["postgres", "profile"]),
    ("citus", &["coordinator", "nodes", "worker-1", "worker-2"]),
    ("ha", &["standby"]),
    ("postgres", &["balancer", "profile-2"]),
];
/// Where the service listens in its container.
const PORT: &str = "8080";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A block of the file: the lines below a key, without their common indentation.
type Block = Vec<String>;

/// The keys of a block, each with what is below it or behind it. Enough of YAML for this file.
fn keys(lines: &[String]) -> BTreeMap<String, Block> {
    let mut keys: BTreeMap<String, Block> = BTreeMap::new();
    let mut last = String::new();
    for line in lines.iter().filter(|line| !line.trim_start().starts_with('#') && !line.trim().is_empty()) {
        if let Some(below) = line.strip_prefix("  ") {
            keys.get_mut(&last).unwrap().push(below.to_owned());
        } else if let Some((key, value)) = line.split_once(':') {
            key.clone_into(&mut last);
            let value = value.trim();
            let own = if value.is_empty() { Vec::new() } else { vec![value.to_owned()] };
            assert!(keys.insert(last.clone(), own).is_none(), "{key} twice");
        }
    }
    keys
}

/// The items of a list, in either form, or the keys of a map.
fn items(block: &[String]) -> Vec<String> {
    if let Some(list) = block.first().and_then(|line| line.strip_prefix('[')) {
        let list = list.trim_end_matches(']').split(',');
        return list.map(|item| item.trim().to_owned()).filter(|item| !item.is_empty()).collect();
    }
    let listed: Vec<String> =
        block.iter().filter_map(|line| Some(line.strip_prefix("- ")?.to_owned())).collect();
    if listed.is_empty() { keys(block).into_keys().collect() } else { listed }
}

/// The file.
struct Compose {
    text: String,
    /// The keys of each service, those that it takes over from another one among them.
    services: BTreeMap<String, BTreeMap<String, Block>>,
    volumes: BTreeSet<String>,
}

impl Compose {
    fn read() -> Self {
        let text = fs::read_to_string(root().join("docker-compose.yml")).unwrap();
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let top = keys(&lines);
        let blocks: BTreeMap<_, _> = keys(&top["services"]).into_iter().chain(top.clone()).collect();
        let anchored = |name: &str| {
            let anchor = format!("&{name}");
            blocks.values().find(|block| block.first() == Some(&anchor)).unwrap_or_else(|| panic!("{name}"))
        };
        let service = |block: &Block| {
            let own = keys(block);
            let base = own.get("<<").map(|from| keys(anchored(from[0].trim_start_matches('*'))));
            base.unwrap_or_default().into_iter().chain(own).collect()
        };
        let names = keys(&top["services"]);
        let services = names.iter().map(|(name, block)| (name.clone(), service(block))).collect();
        Self { services, volumes: keys(&top["volumes"]).into_keys().collect(), text }
    }

    fn list(&self, service: &str, key: &str) -> Vec<String> {
        self.services[service].get(key).map(|block| items(block)).unwrap_or_default()
    }

    /// The commands of the comments at its beginning.
    fn commands(&self) -> impl Iterator<Item = Vec<&str>> {
        let comments = self.text.lines().filter_map(|line| line.strip_prefix('#'));
        comments.flat_map(|line| line.split(';')).filter_map(|part| {
            let (_, command) = part.split_once("docker compose ")?;
            Some(command.trim_end_matches(')').split_whitespace().collect())
        })
    }
}

#[test]
fn each_profile_has_its_services_and_they_what_they_need() {
    let compose = Compose::read();
    let mut found: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for name in compose.services.keys() {
        let profiles = compose.list(name, "profiles");
        let profiles = if profiles.is_empty() { vec![String::new()] } else { profiles };
        for profile in profiles {
            found.entry(profile).or_default().insert(name);
        }
    }
    let expected: BTreeMap<_, BTreeSet<&str>> = PROFILES
        .iter()
        .map(|(profile, services)| ((*profile).to_owned(), services.iter().copied().collect()))
        .collect();
    assert_eq!(found, expected);
    let mut mounted = BTreeSet::new();
    for name in compose.services.keys() {
        let needed = compose.list(name, "depends_on");
        for other in &needed {
            assert!(compose.services.contains_key(other), "{name} needs {other}");
        }
        for volume in compose.list(name, "volumes") {
            let from = volume.split(':').next().unwrap().to_owned();
            if from.starts_with('.') {
                assert!(root().join(&from).is_file(), "{name}: {from} is not there");
            } else {
                mounted.insert(from);
            }
        }
    }
    assert_eq!(mounted, compose.volumes, "volumes that are mounted, and those that there are");
}

#[test]
fn what_it_says_to_run_is_there_to_be_run() {
    let compose = Compose::read();
    let folder = TempDir::new().unwrap();
    let known = |name: &str| assert!(compose.services.contains_key(name), "there is no service {name}");
    let (mut seen, mut ours) = (BTreeSet::new(), 0);
    for command in compose.commands() {
        let mut words = command.into_iter().peekable();
        while words.next_if_eq(&"--profile").is_some() {
            let profile = words.next().unwrap();
            assert!(PROFILES.iter().any(|(name, _)| *name == profile), "there is no profile {profile}");
            seen.insert(profile);
        }
        let verb = words.next().unwrap();
        if words.next_if_eq(&"-u").is_some() {
            words.next();
        }
        let rest: Vec<&str> = words.skip_while(|word| word.starts_with("--")).collect();
        match (verb, rest.split_first()) {
            ("up" | "stop", _) => rest.iter().for_each(|service| known(service)),
            ("run" | "exec", Some((service, arguments))) => {
                known(service);
                if *service == "profile" {
                    ours += 1;
                    // The help is printed only where what stands before it is understood.
                    let asked = profile(folder.path(), DATABASE).args(arguments).arg("--help").output();
                    let asked = asked.unwrap();
                    assert!(asked.status.success(), "{arguments:?}: {}", stderr(&asked));
                }
            }
            other => panic!("{other:?} is not understood"),
        }
    }
    assert_eq!(seen, PROFILES.iter().map(|(name, _)| *name).filter(|name| !name.is_empty()).collect());
    assert!(ours > 0, "no command of the program");
}

#[test]
fn its_settings_are_those_of_the_program() {
    let compose = Compose::read();
    let folder = TempDir::new().unwrap();
    let config = |database: &str| {
        let shown = profile(folder.path(), database).arg("config").output().unwrap();
        assert!(shown.status.success(), "{database}: {}", stderr(&shown));
        stdout(&shown)
    };
    let settings = config(DATABASE);
    let settings: BTreeSet<String> = settings
        .lines()
        .filter_map(|line| Some(format!("PROFILE_{}", line.split_once(" = ")?.0.to_uppercase())))
        .collect();
    let is_part = |letter: char| letter.is_ascii_uppercase() || letter == '_';
    let mut named = 0;
    for (at, _) in compose.text.match_indices("PROFILE_") {
        let (_, from) = compose.text.split_at(at);
        let name: String = from.chars().take_while(|letter| is_part(*letter)).collect();
        assert!(settings.contains(&name), "{name} is no setting");
        named += 1;
    }
    assert!(named > 5, "{named}");

    // One for the service as it is, and one for each profile with a database of its own.
    let own = &compose.services["profile"]["environment"];
    let own = keys(own)["PROFILE_DATABASE_URL"][0].clone();
    let own = own.split_once(":-").unwrap().1.trim_end_matches('}').replace("${POSTGRES_PASSWORD}", "secret");
    let comments = compose.text.lines().filter(|line| line.starts_with('#'));
    let others = comments.filter_map(|line| line.split_once("PROFILE_DATABASE_URL="));
    let others = others.map(|(_, url)| url.trim_matches('"').replace("$POSTGRES_PASSWORD", "secret"));
    let urls: Vec<String> = others.chain([own]).collect();
    assert_eq!(urls.len(), 4, "{urls:?}");
    for url in urls {
        let shown = config(&url);
        assert!(shown.contains("(environment PROFILE_DATABASE_URL)"), "{shown}");
        let hosts = url.rsplit_once('@').unwrap().1.split('/').next().unwrap();
        for host in hosts.split(',') {
            assert!(compose.services.contains_key(host), "{url}: there is no service {host}");
        }
    }
}

#[test]
fn the_balancer_takes_its_configuration_and_knows_the_servers() {
    let compose = Compose::read();
    let file = root().join("scripts/compose/haproxy.cfg");
    let text = fs::read_to_string(&file).unwrap();
    let servers: Vec<&str> =
        text.lines().filter_map(|line| line.trim().strip_prefix("server ")?.split(' ').nth(1)).collect();
    let mut hosts = Vec::new();
    for server in servers {
        let (host, port) = server.split_once(':').unwrap();
        assert_eq!(port, PORT, "{server}");
        hosts.push(host);
    }
    assert_eq!(hosts, ["profile", "profile-2"]);
    assert_eq!(compose.list("balancer", "depends_on"), hosts);
    let image = fs::read_to_string(root().join("Dockerfile")).unwrap();
    assert!(image.contains(&format!("ENV PROFILE_BIND=0.0.0.0:{PORT}\n")), "another port in the image");

    // Names of the servers are known only to Docker.
    let path = format!("{}:/usr/sbin", std::env::var("PATH").unwrap());
    let mut check = Command::new("env");
    check.arg(format!("PATH={path}")).args(["haproxy", "-c", "-dr", "-f"]).arg(&file);
    let checked = check.output().unwrap();
    assert!(checked.status.success(), "{}", stderr(&checked));
}
