//! Where the value of a setting comes from: a flag, the environment, the file or the default, in this order.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fmt,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use secrecy::{ExposeSecret as _, SecretString};

use super::{Flags, Kind, SETTINGS, Setting, SettingsError, shown};

/// Where a value was given, as messages name it.
pub(super) enum Place {
    Flag(String),
    Environment(String),
    File(String, String),
    Default(&'static str),
}

impl Place {
    pub(super) const fn is_flag(&self) -> bool {
        matches!(self, Self::Flag(_))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(name) => write!(out, "--{}", name.replace('_', "-")),
            Self::Environment(name) => out.write_str(name),
            Self::File(path, key) if key.is_empty() => out.write_str(path),
            Self::File(path, key) => write!(out, "{path}: {key}"),
            Self::Default(name) => out.write_str(name),
        }
    }
}

/// What was given, and where.
pub(super) struct Origins {
    /// Each setting's name and its value as it may be shown.
    pub(super) shown: Vec<(&'static str, String)>,
    /// The files that were read.
    pub(super) files: Vec<PathBuf>,
}

/// A value and the place that gave it.
struct Given {
    text: SecretString,
    place: Place,
}

/// All values that were given, each from the last layer that gives one.
#[derive(Default)]
pub(super) struct Layers {
    given: BTreeMap<&'static str, Given>,
    shown: Vec<(&'static str, String)>,
    /// The files that were read.
    files: Vec<PathBuf>,
    errors: SettingsError,
}

impl Layers {
    /// Collects what flags, environment and file give; an empty value counts as none.
    pub(super) fn new(flags: Flags, environment: impl Fn(&str) -> Option<OsString>) -> Self {
        let mut layers = Self::default();
        let config = flags.config.map(Into::into).or_else(|| environment("PROFILE_CONFIG"));
        if let Some(path) = config.filter(|path| !path.is_empty()) {
            layers.add_file(Path::new(&path));
        }
        for setting in SETTINGS {
            layers.add(setting, |name| {
                let name = format!("PROFILE_{}", name.to_uppercase());
                let value = environment(&name)?;
                Some((value.into_string().map_err(|_| "is not UTF-8"), Place::Environment(name)))
            });
        }
        for setting in SETTINGS {
            layers.add(setting, |name| {
                let value = flags.values.get(name)?.clone();
                if setting.kind == Kind::Url && name == setting.name && shown::has_password(&value) {
                    let problem = "a password on the command line can be read by other users; set it in the environment or a file";
                    return Some((Err(problem), Place::Flag(name.to_owned())));
                }
                Some((Ok(value), Place::Flag(name.to_owned())))
            });
        }
        layers
    }

    fn add_file(&mut self, path: &Path) {
        self.files.push(path.to_owned());
        let place = |key: &str| Place::File(path.display().to_string(), key.to_owned());
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) => return self.errors.add(&place(""), format!("cannot read: {error}")),
        };
        let table: toml::Table = match toml::from_str(text.trim_start_matches('\u{feff}')) {
            Ok(table) => table,
            // Its long form quotes the file, secrets included.
            Err(error) => return self.errors.add(&place(""), error.message()),
        };
        let known = |key: &str| SETTINGS.iter().any(|setting| setting.names().any(|name| name == key));
        for key in table.keys().filter(|key| !known(key)) {
            self.errors.add(&place(""), format!("unknown key `{key}`"));
        }
        let values: BTreeMap<_, _> = table.iter().map(|(key, value)| (key.as_str(), flat(value))).collect();
        for setting in SETTINGS {
            self.add(setting, |name| Some((values.get(name)?.clone(), place(name))));
        }
        self.check_mode(path, &place(""));
    }

    /// A file with secrets that others may read gives them away.
    fn check_mode(&mut self, path: &Path, place: &Place) {
        let holds_secret = |setting: &Setting| match self.given.get(setting.name) {
            Some(given) => {
                setting.kind == Kind::Secret
                    || setting.kind == Kind::Url && shown::has_password(given.text.expose_secret())
            }
            None => false,
        };
        let mode = std::fs::metadata(path).map_or(0, |metadata| metadata.permissions().mode());
        if mode & 0o077 != 0 && SETTINGS.iter().any(holds_secret) {
            let problem = format!(
                "holds secrets, and others may read it (mode {:03o}); run chmod 600 on it",
                mode & 0o777
            );
            self.errors.add(place, problem);
        }
    }

    /// Takes what one layer gives for a setting, as its value or as the file that holds it.
    fn add(
        &mut self,
        setting: &Setting,
        value_of: impl Fn(&str) -> Option<(Result<String, &'static str>, Place)>,
    ) {
        let mut found = Vec::new();
        for name in setting.names() {
            match value_of(&name) {
                Some((Ok(text), place)) if !text.trim().is_empty() => {
                    let text = if name == setting.name { Ok(text) } else { self.read_secret(text.trim()) };
                    found.push((text, place));
                }
                Some((Err(problem), place)) => self.errors.add(&place, problem),
                _ => {}
            }
        }
        if let [_, (_, second)] = found.as_slice() {
            self.errors.add(second, format!("{} is set, too; set one of them", setting.name));
        }
        match found.pop() {
            Some((Ok(text), place)) => {
                self.given.insert(setting.name, Given { text: text.into(), place });
            }
            Some((Err(problem), place)) => self.errors.add(&place, problem),
            None => {}
        }
    }

    /// Returns the value of a setting, or `None` where there is none or a wrong one, which is reported at the end.
    pub(super) fn read<T>(
        &mut self,
        name: &'static str,
        default: Option<&'static str>,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        let kind = SETTINGS.iter().find(|setting| setting.name == name)?.kind;
        let default = default.map(|text| Given { text: text.into(), place: Place::Default(name) });
        let Given { text, place } = self.given.remove(name).or(default)?;
        let text = match kind {
            // Spaces may belong to a secret, the line end behind it never does.
            Kind::Secret => text.expose_secret().trim_end_matches(['\r', '\n']),
            Kind::Plain | Kind::Url => text.expose_secret().trim(),
        };
        self.shown.push((name, shown::shown(kind, text)));
        parse(text).map_err(|problem| self.errors.add(&place, problem)).ok()
    }

    fn read_secret(&mut self, path: &str) -> Result<String, String> {
        self.files.push(path.into());
        std::fs::read_to_string(path).map_err(|error| format!("cannot read {path}: {error}"))
    }

    /// Returns what was given, or everything that was wrong.
    pub(super) fn finish(self) -> Result<Origins, SettingsError> {
        self.errors.into_result().map(|()| Origins { shown: self.shown, files: self.files })
    }
}

impl Setting {
    /// The names under which it may be given: its own, and for what may be secret that of a file which holds it.
    fn names(&self) -> impl Iterator<Item = String> {
        let file = (self.kind != Kind::Plain).then(|| format!("{}_file", self.name));
        std::iter::once(self.name.to_owned()).chain(file)
    }
}

/// A TOML value as the text that an environment variable would hold.
fn flat(value: &toml::Value) -> Result<String, &'static str> {
    match value {
        toml::Value::String(text) => Ok(text.clone()),
        toml::Value::Array(values) => Ok(values.iter().map(flat).collect::<Result<Vec<_>, _>>()?.join(",")),
        toml::Value::Table(_) => Err("must be a text, a number or a list"),
        toml::Value::Boolean(on) => Ok(if *on { "on" } else { "off" }.to_owned()),
        toml::Value::Integer(number) => Ok(number.to_string()),
        toml::Value::Float(number) => Ok(number.to_string()),
        toml::Value::Datetime(instant) => Ok(instant.to_string()),
    }
}
