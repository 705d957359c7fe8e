//! Connections with a deadline for each of their phases, and a limit to how many there are.

mod gate;
mod state;
mod watched;

pub(crate) use gate::{Gate, Slot};
pub(crate) use state::{Connection, Handling, Overdue};
pub(crate) use watched::Watched;
