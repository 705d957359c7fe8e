//! `profile config`: prints the effective settings, and where each comes from.

use std::{
    io::{Write as _, stdout},
    process::ExitCode,
};

use serde_json::{Value, json};

use crate::settings::{Effective, Settings};

pub(crate) fn config(settings: &Settings, as_json: bool) -> anyhow::Result<ExitCode> {
    let mut out = stdout().lock();
    if as_json {
        let list: Vec<Value> = settings.effective.iter().map(object).collect();
        writeln!(out, "{}", serde_json::to_string_pretty(&list)?)?;
    } else {
        for setting in &settings.effective {
            writeln!(out, "{}", line(setting))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn line(setting: &Effective) -> String {
    let Effective { name, value, default } = setting;
    let Some((value, place)) = value else { return format!("{name} = (unset) (default: {default})") };
    let value = if value.is_empty() { "(none)" } else { value };
    let (source, place) = place.source();
    match place {
        Some(place) => format!("{name} = {value} ({source} {place})"),
        None => format!("{name} = {value} ({source})"),
    }
}

fn object(setting: &Effective) -> Value {
    let Effective { name, value, default } = setting;
    let (source, place) = value.as_ref().map(|(_, place)| place.source()).unzip();
    let value = value.as_ref().map(|(value, _)| value);
    json!({ "name": name, "value": value, "source": source, "place": place.flatten(), "default": default })
}
