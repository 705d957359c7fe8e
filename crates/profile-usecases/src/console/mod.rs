//! Who uses the console: sessions of operator keys, and links that begin one.

mod link;
mod session;
mod token;

pub use link::{ConsoleLink, create_console_link, spend_console_link};
pub use session::{NewConsoleSession, begin_console_session, end_console_session, find_console_session};

/// The door of the console, as change records store it.
pub const CONSOLE: &str = "console";
