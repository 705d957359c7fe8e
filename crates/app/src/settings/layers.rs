//! Where the value of a setting comes from: a flag, the environment, the file or the default, in this order.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fmt,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use secrecy::{ExposeSecret as _, SecretString};

use super::{
    Flags, Kind, Rows, SettingsError, rows, shown,
    table::{Row, full_name, variable},
};

/// Where a value was given, as messages name it.
pub(crate) enum Place {
    Flag(String),
    Environment(String),
    File(String, String),
    Default(String),
}

impl Place {
    /// What kind of place it is, and its name.
    pub(crate) fn source(&self) -> (&'static str, Option<String>) {
        match self {
            Self::Flag(_) => ("flag", Some(self.to_string())),
            Self::Environment(name) => ("environment", Some(name.clone())),
            Self::File(path, _) => ("file", Some(path.clone())),
            Self::Default(_) => ("default", None),
        }
    }

    pub(super) const fn is_flag(&self) -> bool {
        matches!(self, Self::Flag(_))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(name) => write!(out, "--{}", name.replace('_', "-")),
            Self::Environment(name) | Self::Default(name) => out.write_str(name),
            Self::File(path, key) if key.is_empty() => out.write_str(path),
            Self::File(path, key) => write!(out, "{path}: {key}"),
        }
    }
}

/// A setting with its value.
pub(crate) struct Effective {
    pub(crate) name: String,
    /// The value as it may be shown, and the place that gave it.
    pub(crate) value: Option<(String, Place)>,
    /// What counts where no value is given, in words.
    pub(crate) default: &'static str,
}

/// What was given, and where.
pub(super) struct Collected {
    pub(super) effective: Vec<Effective>,
    /// The files that were read.
    pub(super) files: Vec<PathBuf>,
}

/// A value and the place that gave it.
struct Given {
    text: SecretString,
    place: Place,
}

/// All values that were given, each from the last layer that gives one.
pub(crate) struct Layers {
    rows: Rows,
    given: BTreeMap<String, Given>,
    effective: Vec<Effective>,
    /// The files that were read.
    files: Vec<PathBuf>,
    errors: SettingsError,
}

impl Layers {
    /// Collects what flags, environment and file give; an empty value counts as none.
    pub(super) fn new(flags: Flags, environment: impl Fn(&str) -> Option<OsString>) -> Self {
        let mut layers = Self {
            rows: Vec::new(),
            given: BTreeMap::new(),
            effective: Vec::new(),
            files: Vec::new(),
            errors: SettingsError::default(),
        };
        let rows = rows();
        let config = flags.config.map(Into::into).or_else(|| environment("PROFILE_CONFIG"));
        if let Some(path) = config.filter(|path| !path.is_empty()) {
            layers.add_file(Path::new(&path), &rows);
        }
        for row in &rows {
            layers.add(row, |name| {
                let name = variable(name);
                let value = environment(&name)?;
                Some((value.into_string().map_err(|_| "is not UTF-8"), Place::Environment(name)))
            });
        }
        for row in &rows {
            layers.add(row, |name| {
                let value = flags.values.get(name)?.clone();
                if row.kind == Kind::Url && name == row.name && shown::has_password(&value) {
                    let problem = "a password on the command line can be read by other users; set it in the environment or a file";
                    return Some((Err(problem), Place::Flag(name.to_owned())));
                }
                Some((Ok(value), Place::Flag(name.to_owned())))
            });
        }
        layers.rows = rows;
        layers
    }

    fn add_file(&mut self, path: &Path, rows: &[Row]) {
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
        let known = |key: &str| rows.iter().any(|row| row.names().any(|name| name == key));
        for key in table.keys().filter(|key| !known(key)) {
            self.errors.add(&place(""), format!("unknown key `{key}`"));
        }
        let text_of = |key: &str, value| if TABLES.contains(&key) { flat_table(value) } else { flat(value) };
        let values: BTreeMap<_, _> =
            table.iter().map(|(key, value)| (key.as_str(), text_of(key, value))).collect();
        for row in rows {
            self.add(row, |name| Some((values.get(name)?.clone(), place(name))));
        }
        self.check_mode(path, &place(""), rows);
    }

    /// A file with secrets that others may read gives them away.
    fn check_mode(&mut self, path: &Path, place: &Place, rows: &[Row]) {
        let holds_secret = |row: &Row| match self.given.get(&row.name) {
            Some(given) => {
                row.kind == Kind::Secret
                    || row.kind == Kind::Url && shown::has_password(given.text.expose_secret())
            }
            None => false,
        };
        let mode = std::fs::metadata(path).map_or(0, |metadata| metadata.permissions().mode());
        if mode & 0o077 != 0 && rows.iter().any(holds_secret) {
            let problem = format!(
                "holds secrets, and others may read it (mode {:03o}); run chmod 600 on it",
                mode & 0o777
            );
            self.errors.add(place, problem);
        }
    }

    /// Takes what one layer gives for a setting, as its value or as the file that holds it.
    fn add(&mut self, row: &Row, value_of: impl Fn(&str) -> Option<(Result<String, &'static str>, Place)>) {
        let mut found = Vec::new();
        for name in row.names() {
            match value_of(&name) {
                Some((Ok(text), place)) if !text.trim().is_empty() => {
                    let text = if name == row.name { Ok(text) } else { self.read_secret(text.trim()) };
                    // A file with nothing in it gives nothing either.
                    if !text.as_ref().is_ok_and(|text| text.trim().is_empty()) {
                        found.push((text, place));
                    }
                }
                Some((Err(problem), place)) => self.errors.add(&place, problem),
                _ => {}
            }
        }
        if let [_, (_, second)] = found.as_slice() {
            self.errors.add(second, format!("{} is set, too; set one of them", row.name));
        }
        match found.pop() {
            Some((Ok(text), place)) => {
                self.given.insert(row.name.clone(), Given { text: text.into(), place });
            }
            Some((Err(problem), place)) => self.errors.add(&place, problem),
            None => {}
        }
    }

    /// Returns the value of a setting, of `contract` if it belongs to one, or `None` where there is none or a wrong one, which
    /// is reported at the end.
    pub(crate) fn read<T>(
        &mut self,
        contract: Option<&str>,
        name: &str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        let name = full_name(contract, name);
        let row = self.rows.iter().find(|row| row.name == name)?;
        let default = |text: &str| Given { text: text.into(), place: Place::Default(name.clone()) };
        let Some(Given { text, place }) = self.given.remove(&name).or_else(|| row.default().map(default))
        else {
            self.effective.push(Effective { name, value: None, default: row.default_in_words() });
            return None;
        };
        let text = match row.kind {
            // Spaces may belong to a secret, the line end behind it never does.
            Kind::Secret => text.expose_secret().trim_end_matches(['\r', '\n']),
            Kind::Plain | Kind::Url => text.expose_secret().trim(),
        };
        let parsed = parse(text).map_err(|problem| self.errors.add(&place, problem)).ok();
        let value = Some((shown::shown(row.kind, text), place));
        self.effective.push(Effective { name, value, default: row.default_in_words() });
        parsed
    }

    fn read_secret(&mut self, path: &str) -> Result<String, String> {
        self.files.push(path.into());
        std::fs::read_to_string(path).map_err(|error| format!("cannot read {path}: {error}"))
    }

    /// Returns what was given, or everything that was wrong.
    pub(super) fn finish(self) -> Result<Collected, SettingsError> {
        let Self { effective, files, errors, .. } = self;
        errors.into_result().map(|()| Collected { effective, files })
    }
}

/// The settings that a file may also give as a table.
const TABLES: [&str; 1] = ["retention"];

/// A TOML table as the text that an environment variable would hold: `name=value` between commas.
fn flat_table(value: &toml::Value) -> Result<String, &'static str> {
    let toml::Value::Table(members) = value else { return flat(value) };
    let parts = members.iter().map(|(name, value)| Ok(format!("{name}={}", flat(value)?)));
    Ok(parts.collect::<Result<Vec<_>, &'static str>>()?.join(","))
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
