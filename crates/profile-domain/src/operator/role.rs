//! Roles, and the rules by which a role is refused (operator API page, section 2).

use std::fmt;

/// What an operator key may do; each role has the rights of those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Sees records, changes and public values.
    Reader,
    /// Also sees and writes personal values.
    Support,
    /// Also reveals and writes sensitive values, exports, erases and holds.
    Privacy,
    /// Also grants, imports, and looks after keys and subscriptions.
    Admin,
}

impl Role {
    /// Every role, the lowest first.
    pub const ALL: [Self; 4] = [Self::Reader, Self::Support, Self::Privacy, Self::Admin];

    /// Returns the name on the wire and in the store.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reader => "reader",
            Self::Support => "support",
            Self::Privacy => "privacy",
            Self::Admin => "admin",
        }
    }

    /// Returns the role of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// Why a call or a field is denied. Their order is that in which one is named where several deny.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, thiserror::Error)]
pub enum Rule {
    /// Nobody writes records of this kind here.
    KindReadOnly,
    /// Nobody writes this field here, or not after the record's creation.
    FieldReadOnly,
    /// Nobody reads this field.
    FieldWriteOnly,
    /// Personal values.
    ReadPersonal,
    /// Sensitive values.
    RevealSensitive,
    /// Any write.
    Write,
    /// Grants.
    WriteGrants,
    /// Sensitive fields.
    WriteSensitive,
    /// Export, erasure, holds, accesses.
    Privacy,
    /// Keys, subscriptions, imports.
    Admin,
    /// The key may not be used from this address.
    KeyAddress,
}

impl Rule {
    /// The rules of roles, in the order of the table.
    pub const OF_ROLES: [Self; 7] = [
        Self::ReadPersonal,
        Self::RevealSensitive,
        Self::Write,
        Self::WriteGrants,
        Self::WriteSensitive,
        Self::Privacy,
        Self::Admin,
    ];

    /// Returns the name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::KindReadOnly => "kind.read_only",
            Self::FieldReadOnly => "field.read_only",
            Self::FieldWriteOnly => "field.write_only",
            Self::ReadPersonal => "role.read_personal",
            Self::RevealSensitive => "role.reveal_sensitive",
            Self::Write => "role.write",
            Self::WriteGrants => "role.write_grants",
            Self::WriteSensitive => "role.write_sensitive",
            Self::Privacy => "role.privacy",
            Self::Admin => "role.admin",
            Self::KeyAddress => "key.address",
        }
    }

    /// Returns the lowest role that this rule does not deny; `None` where it denies everybody.
    #[must_use]
    pub const fn lowest_role(self) -> Option<Role> {
        match self {
            Self::KindReadOnly | Self::FieldReadOnly | Self::FieldWriteOnly | Self::KeyAddress => None,
            Self::ReadPersonal | Self::Write => Some(Role::Support),
            Self::RevealSensitive | Self::WriteSensitive | Self::Privacy => Some(Role::Privacy),
            Self::WriteGrants | Self::Admin => Some(Role::Admin),
        }
    }

    /// Returns whether this rule lets `role` pass.
    #[must_use]
    pub fn allows(self, role: Role) -> bool {
        self.lowest_role().is_some_and(|lowest| role >= lowest)
    }

    /// Checks `role` against this rule.
    ///
    /// # Errors
    /// This rule, where it denies.
    pub fn check(self, role: Role) -> Result<(), Self> {
        if self.allows(role) { Ok(()) } else { Err(self) }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}
