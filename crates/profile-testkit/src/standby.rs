//! Standbys of a throw-away cluster: streaming replication from the installed binaries, promotion, and the sudden end of a server.

use std::{fs, process::Command};

use crate::cluster::{Cluster, free_port};

impl Cluster {
    /// A standby of this cluster, which follows it from now on under its own name of replication.
    ///
    /// # Panics
    /// If PostgreSQL cannot copy the cluster or does not start.
    #[must_use]
    pub fn standby(&self, name: &str) -> Self {
        self.standby_on(name, free_port())
    }

    /// A standby where a server of another cluster was, which has been killed and whose files are removed.
    ///
    /// # Panics
    /// If PostgreSQL cannot copy the cluster or does not start.
    #[must_use]
    pub fn standby_in_place_of(&self, dead: Self, name: &str) -> Self {
        let port = dead.address().port();
        dead.remove();
        self.standby_on(name, port)
    }

    fn standby_on(&self, name: &str, port: u16) -> Self {
        let mut standby = Self::prepared(port);
        let primary = format!("postgres://postgres@{}/postgres?application_name={name}", self.address());
        let mut copy = standby.as_owner(Command::new(standby.program("pg_basebackup")));
        let copied = copy
            .args(["-d", &primary, "-R", "-X", "stream", "-c", "fast", "--no-sync", "-D"])
            .arg(&standby.data)
            .output()
            .expect("cannot run pg_basebackup");
        assert!(copied.status.success(), "pg_basebackup failed: {}", String::from_utf8_lossy(&copied.stderr));
        standby.serve();
        standby
    }

    /// Has commits wait until the standby of this name has them on its disk; an empty name: for none.
    ///
    /// # Panics
    /// If the cluster does not answer.
    pub fn wait_for_standby(&self, name: &str) {
        let url = self.url("postgres");
        self.execute(&url, &format!("ALTER SYSTEM SET synchronous_standby_names = '{name}'"));
        self.query(&url, "SELECT pg_reload_conf()");
    }

    /// Makes a standby a server that takes writes; returns when it does.
    ///
    /// # Panics
    /// If it cannot be promoted within a minute.
    pub fn promote(&self) {
        let url = self.url("postgres");
        assert_eq!(
            self.query(&url, "SELECT pg_promote(true, 60)").trim(),
            "t",
            "the standby was not promoted"
        );
    }

    /// Has the server log each statement from now on, behind the name of the database.
    ///
    /// # Panics
    /// If it does not answer.
    pub fn log_statements(&self) {
        let url = self.url("postgres");
        for setting in ["log_statement = 'all'", "log_line_prefix = '%d '"] {
            self.execute(&url, &format!("ALTER SYSTEM SET {setting}"));
        }
        self.query(&url, "SELECT pg_reload_conf()");
    }

    /// How many statements with these words the server has logged for the database `url`.
    ///
    /// # Panics
    /// If its log cannot be read.
    pub fn logged(&self, url: &str, words: &str) -> usize {
        let database = url.rsplit('/').next().unwrap_or_default();
        let of_database = format!("{database} LOG: ");
        let log = self.log();
        log.lines().filter(|line| line.starts_with(&of_database) && line.contains(words)).count()
    }

    /// Ends the server as `kill -9` does; its sessions notice and end by themselves.
    ///
    /// # Panics
    /// If there is no server to kill.
    pub fn kill(&self) {
        let file = fs::read_to_string(self.data.join("postmaster.pid")).expect("the server does not run");
        let server = file.lines().next().unwrap_or_default();
        let killed = Command::new("kill").args(["-KILL", server]).status().expect("cannot run kill");
        assert!(killed.success(), "the server does not run");
    }
}
