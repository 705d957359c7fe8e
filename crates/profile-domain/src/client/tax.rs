//! Tax information, which is a record of its own beside the profile (contract client, section 4).

use garde::Validate;

use super::{
    Sealer, Times,
    entity::seal_of,
    fields::{self as f, SENSITIVE_CONTEXTS},
    input::{Members, Reader, present, required},
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

/// The members of a request.
#[derive(Validate)]
struct TaxInput<'a> {
    #[garde(custom(f::TAX_RESIDENCE.required()))]
    tax_residence: Option<&'a str>,
    #[garde(custom(f::TAX_NUMBER.required()))]
    tax_identification_number: Option<&'a str>,
    #[garde(custom(present))]
    is_foreign_taxpayer: Option<bool>,
    #[garde(custom(f::EMPLOYMENT_STATUS.required()))]
    employment_status: Option<&'a str>,
    #[garde(custom(present), dive)]
    financial_assessment: Option<OccupationInput<'a>>,
}

/// The members of the object within.
#[derive(Validate)]
struct OccupationInput<'a> {
    #[garde(custom(f::TAX_OCCUPATION.required()))]
    occupation: Option<&'a str>,
    #[garde(custom(f::TAX_INDUSTRY.required()))]
    industry_of_employment: Option<&'a str>,
}

impl TaxEntry {
    /// Reads tax information.
    ///
    /// # Errors
    /// Every broken rule, in the documented order.
    pub fn read(members: &dyn Members) -> Result<Self, Vec<Violation>> {
        let mut reader = Reader::default();
        let within = reader.object(members, f::TAX_ASSESSMENT);
        let input = TaxInput {
            tax_residence: reader.text(members, f::TAX_RESIDENCE),
            tax_identification_number: reader.text(members, f::TAX_NUMBER),
            is_foreign_taxpayer: reader.flag(members, f::IS_FOREIGN_TAXPAYER),
            employment_status: reader.text(members, f::EMPLOYMENT_STATUS),
            financial_assessment: within.as_deref().map(|within| OccupationInput {
                occupation: reader.text(within, f::TAX_OCCUPATION),
                industry_of_employment: reader.text(within, f::TAX_INDUSTRY),
            }),
        };
        reader.check(&input, &(), &f::TAX)?;
        let within = input.financial_assessment.as_ref();
        Ok(Self {
            tax_residence: required(f::TAX_RESIDENCE, input.tax_residence),
            tax_identification_number: required(f::TAX_NUMBER, input.tax_identification_number),
            is_foreign_taxpayer: input.is_foreign_taxpayer.unwrap_or_default(),
            employment_status: required(f::EMPLOYMENT_STATUS, input.employment_status),
            occupation: required(f::TAX_OCCUPATION, within.and_then(|within| within.occupation)),
            industry_of_employment: required(
                f::TAX_INDUSTRY,
                within.and_then(|within| within.industry_of_employment),
            ),
        })
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
