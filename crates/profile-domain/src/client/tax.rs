//! Tax information, which is a record of its own beside the profile (contract client, section 4).

use super::{
    Sealer, Times,
    entity::seal_of,
    fields::{self as f, SENSITIVE_CONTEXTS},
    input::{Checks, Members},
    rules,
};
use crate::{Text, Violation, change::Value, field::Field, sealed::Sealed};

/// A checked request to make or replace tax information.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxEntry {
    tax_residence: Text,
    tax_identification_number: Text,
    is_foreign_taxpayer: bool,
    employment_status: Text,
    occupation: Text,
    industry_of_employment: Text,
}

impl TaxEntry {
    /// Reads tax information.
    ///
    /// # Errors
    /// Every broken rule, in the documented order.
    pub fn read(members: &dyn Members) -> Result<Self, Vec<Violation>> {
        let mut checks = Checks::of(members);
        let mut entry = Self {
            tax_residence: checks.required(&f::TAX_RESIDENCE, rules::country),
            tax_identification_number: checks.required(&f::TAX_NUMBER, rules::tax_number),
            is_foreign_taxpayer: checks.flag(&f::IS_FOREIGN_TAXPAYER),
            employment_status: checks.required(&f::EMPLOYMENT_STATUS, rules::employment_status),
            occupation: Text::default(),
            industry_of_employment: Text::default(),
        };
        if let Some(assessment) = checks.object(&f::TAX_ASSESSMENT) {
            let mut within = Checks::within(&*assessment, "financial_assessment.");
            entry.occupation = within.required(&f::OCCUPATION, rules::free);
            entry.industry_of_employment = within.required(&f::INDUSTRY, rules::free);
            checks.join(within.into_broken());
        }
        checks.entry(&f::TAX, entry)
    }

    /// The tax information that this entry makes.
    ///
    /// # Errors
    /// The sealer's.
    pub fn sealed<S: Sealer>(
        &self,
        sealer: &S,
        before: Option<&TaxInformation>,
        times: Times,
    ) -> Result<TaxInformation, S::Error> {
        let [_, _, number] = SENSITIVE_CONTEXTS;
        let entry = self.clone();
        let before = before.map(|before| &before.tax_identification_number);
        Ok(TaxInformation {
            tax_residence: entry.tax_residence,
            tax_identification_number: sealer.seal(number, &entry.tax_identification_number, before)?,
            is_foreign_taxpayer: entry.is_foreign_taxpayer,
            employment_status: entry.employment_status,
            occupation: entry.occupation,
            industry_of_employment: entry.industry_of_employment,
            times,
        })
    }
}

/// A client's tax information.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxInformation {
    /// Country code.
    pub tax_residence: Text,
    /// As the client wrote it, trimmed.
    pub tax_identification_number: Sealed,
    /// Whether taxes are due elsewhere.
    pub is_foreign_taxpayer: bool,
    /// How the client earns a living.
    pub employment_status: Text,
    /// What the client does.
    pub occupation: Text,
    /// Where.
    pub industry_of_employment: Text,
    /// When it was made and replaced.
    pub times: Times,
}

impl TaxInformation {
    pub(super) fn values(tax: Option<&Self>) -> [(Field, Value); 8] {
        let text = |read: fn(&Self) -> &Text| tax.map_or(Value::Null, |one| Value::Text(read(one).clone()));
        let [created, updated] = Times::values(tax.map(|one| &one.times));
        [
            (f::TAX_RESIDENCE, text(|one| &one.tax_residence)),
            (f::TAX_NUMBER, tax.map_or(Value::Null, |one| seal_of(&one.tax_identification_number))),
            (f::IS_FOREIGN_TAXPAYER, tax.map_or(Value::Null, |one| Value::Flag(one.is_foreign_taxpayer))),
            (f::EMPLOYMENT_STATUS, text(|one| &one.employment_status)),
            (f::TAX_OCCUPATION, text(|one| &one.occupation)),
            (f::TAX_INDUSTRY, text(|one| &one.industry_of_employment)),
            created,
            updated,
        ]
    }
}
