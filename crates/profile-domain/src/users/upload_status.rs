//! How far an upload has come, and who may read it (contract users, sections 8 and 9).

/// Who may read an uploaded file; fixed at its creation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visibility {
    /// Anyone who has the address.
    Public,
    /// Whoever has a signed address that has not expired.
    Private,
}

impl Visibility {
    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
        }
    }

    /// Reads a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Public, Self::Private].into_iter().find(|one| one.name() == name)
    }
}

/// How far an upload has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UploadStatus {
    /// The bytes are waited for.
    Pending,
    /// The bytes are there and looked at.
    Processing,
    /// It can be used.
    Ready,
    /// The bytes did not come, were too many, or are no image although the name says so.
    Failed,
    /// Nobody used it any more, and its bytes are gone.
    Removed,
}

impl UploadStatus {
    const ALL: [Self; 5] = [Self::Pending, Self::Processing, Self::Ready, Self::Failed, Self::Removed];

    /// The name on the wire and in the store; the last one is never shown.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Processing => "processing",
            Self::Ready => "ready",
            Self::Failed => "failed",
            Self::Removed => "removed",
        }
    }

    /// Reads a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }
}
