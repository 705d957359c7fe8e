//! Stand-ins for what a cluster of Citus has, in a plain PostgreSQL.

use crate::cluster::Cluster;

impl Cluster {
    /// Gives the database `url` the functions and the catalog of Citus that the service uses, in a schema of their own, with so many
    /// workers. They record what is called in `citus.call`, refuse what Citus 13 refuses, and move no row.
    ///
    /// # Panics
    /// If the database refuses them.
    pub fn pretend_citus(&self, url: &str, workers: usize) {
        self.execute(url, include_str!("citus.sql"));
        for number in 0..workers {
            let node = format!("INSERT INTO citus.pg_dist_node VALUES ('worker-{number}', 5432, true)");
            self.execute(url, &node);
        }
    }

    /// Returns what was called of Citus, oldest first.
    ///
    /// # Panics
    /// If the database has no stand-ins.
    pub fn citus_calls(&self, url: &str) -> Vec<String> {
        self.query(url, "SELECT text FROM citus.call ORDER BY id").lines().map(str::to_owned).collect()
    }
}
