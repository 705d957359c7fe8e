//! Statements and their plans, as `auto_explain` writes them into the log of the server, and what they ask of spread tables.

mod ask_all;

pub use ask_all::ASK_ALL;
use profile_postgres::{Placement, TABLES};

/// A statement that was carried out.
pub struct Statement {
    /// On one line.
    pub text: String,
    pub plan: String,
    scans: Vec<Scan>,
    /// Conditions of joins.
    joins: Vec<String>,
}

/// A spread table that is read, and under which conditions.
struct Scan {
    table: String,
    conditions: String,
    /// Whether it is done again for each row of something else.
    is_of_row: bool,
}

/// The statements of a database in a log each of whose entries begins with the name of its database.
pub fn statements(log: &str, database: &str) -> Vec<Statement> {
    let (mut found, mut lines) = (Vec::new(), log.lines().peekable());
    while let Some(line) = lines.next() {
        let is_plan = line.strip_prefix(database).is_some_and(|rest| rest.starts_with(' '))
            && line.ends_with("  plan:");
        if !is_plan {
            continue;
        }
        let mut entry = Vec::new();
        while let Some(line) = lines.next_if(|line| line.starts_with('\t')) {
            entry.push(line.trim_start_matches('\t'));
        }
        let plan = entry.iter().position(|line| line.contains("  (cost=")).unwrap_or(entry.len());
        let (text, plan) = entry.split_at(plan);
        found.push(Statement::new(&text.join(" "), plan));
    }
    found
}

impl Statement {
    fn new(text: &str, plan: &[&str]) -> Self {
        let text = text.trim_start_matches("Query Text: ").split_whitespace().collect::<Vec<_>>().join(" ");
        let (mut scans, mut joins): (Vec<Scan>, Vec<String>) = Default::default();
        let mut sub_plan = None;
        for line in plan {
            let depth = line.len() - line.trim_start().len();
            sub_plan = sub_plan.filter(|above| depth > *above);
            let node = line.trim_start().trim_start_matches("->").trim_start();
            if let Some((kind, rest)) = node.split_once(" on ")
                && kind.contains("Scan")
                && !kind.starts_with("Bitmap Index")
            {
                let table = rest.split([' ', '"']).next().unwrap_or_default().to_owned();
                scans.push(Scan { table, conditions: String::new(), is_of_row: sub_plan.is_some() });
            } else if node.starts_with("SubPlan ") {
                sub_plan = sub_plan.or(Some(depth));
            } else if ["Hash Cond: ", "Merge Cond: ", "Join Filter: "].iter().any(|it| node.starts_with(it)) {
                joins.push(node.to_owned());
            } else if let Some(scan) =
                scans.last_mut().filter(|_| node.contains("Cond: ") || node.starts_with("Filter: "))
            {
                scan.conditions.push_str(node);
            }
        }
        let is_spread = |scan: &Scan| {
            TABLES.iter().any(|table| table.name == scan.table && table.placement == Placement::Spread)
        };
        scans.retain(is_spread);
        Self { text, plan: plan.join("\n"), scans, joins }
    }

    /// Whether each spread table that it reads is read by a root that it names.
    pub fn names_roots(&self) -> bool {
        self.scans.iter().all(Scan::names_root)
    }

    /// Whether all spread tables but the first one are joined by root, or read by a root that it names. What is only put together, as
    /// by a union, is not joined.
    pub fn joins_roots(&self) -> bool {
        let is_join = |line: &str| [" Join  (cost", "Nested Loop"].iter().any(|node| line.contains(node));
        if !self.plan.lines().any(is_join) && !self.scans.iter().any(|scan| scan.is_of_row) {
            return true;
        }
        let apart = self.scans.iter().filter(|scan| !scan.names_root() && !scan.has_root_of_other()).count();
        let joined = self.joins.iter().filter(|join| has_root_of_other(join)).count();
        apart <= 1 + joined
    }
}

impl Scan {
    /// A value, a parameter, or a list of them.
    fn names_root(&self) -> bool {
        ["root = $", "root = ($", "root = '", "root = ANY ("]
            .iter()
            .any(|form| self.conditions.contains(form))
    }

    fn has_root_of_other(&self) -> bool {
        has_root_of_other(&self.conditions)
    }
}

/// Whether `root` is that of another table.
fn has_root_of_other(conditions: &str) -> bool {
    conditions.split("root = ").skip(1).any(|behind| {
        behind.split([')', ' ']).next().is_some_and(|other| other.rsplit('.').next() == Some("root"))
    })
}
