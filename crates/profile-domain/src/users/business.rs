//! Businesses that show users to their members, and the apps that they install.

use super::{AppId, BusinessId, fields};
use crate::{Text, change::Value, field::Field};

/// A business, which the contract also calls an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Business {
    /// Its id.
    pub id: BusinessId,
    /// Counts from 1.
    pub version: i64,
    /// Its title.
    pub title: Text,
    /// The business that it is part of; that one's keys reach it, too.
    pub parent: Option<BusinessId>,
}

/// An app, and the businesses that have installed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct App {
    /// Its id.
    pub id: AppId,
    /// Counts from 1.
    pub version: i64,
    /// Where it is installed.
    pub installs: Vec<Install>,
}

/// What a business lets an app do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Install {
    /// The business.
    pub account: BusinessId,
    /// The permissions that it grants, by their exact names.
    pub permissions: Vec<String>,
}

impl App {
    /// Whether `account` has installed the app and granted it `permission`.
    #[must_use]
    pub fn may(&self, account: &BusinessId, permission: &str) -> bool {
        self.installs.iter().any(|install| {
            install.account == *account && install.permissions.iter().any(|name| name == permission)
        })
    }

    /// Whether `account` has installed the app, whatever it has granted.
    #[must_use]
    pub fn is_installed_on(&self, account: &BusinessId) -> bool {
        self.installs.iter().any(|install| install.account == *account)
    }

    /// Returns every recorded field with its value.
    pub(crate) fn values(&self) -> [(Field, Value); 1] {
        let Self { id: _, version: _, installs } = self;
        let install = |install: &Install| {
            let permissions = install.permissions.iter().map(|name| Value::word(name)).collect();
            Value::object([
                ("account_id", Value::word(install.account.as_str())),
                ("permissions", Value::List(permissions)),
            ])
        };
        [(fields::INSTALLS, Value::List(installs.iter().map(install).collect()))]
    }
}

impl Business {
    /// Returns every recorded field with its value.
    pub(crate) fn values(&self) -> [(Field, Value); 2] {
        let Self { id: _, version: _, title, parent } = self;
        [
            (fields::TITLE, Value::Text(title.clone())),
            (fields::PARENT_ID, parent.as_ref().map_or(Value::Null, |parent| Value::word(parent.as_str()))),
        ]
    }
}
