//! Values that nobody can read without the key of their person.

use std::fmt;

/// An encrypted value. Only a vault makes and opens them, with the person's [`WrappedKey`].
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(pub Vec<u8>);

/// A person's data key, itself encrypted under a master key. Without it every sealed value of the person is lost.
#[derive(Clone, PartialEq, Eq)]
pub struct WrappedKey {
    /// The name of the master key.
    pub master: String,
    /// The encrypted key.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for Sealed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Sealed({} bytes)", self.0.len())
    }
}

impl fmt::Debug for WrappedKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "WrappedKey(under {})", self.master)
    }
}
