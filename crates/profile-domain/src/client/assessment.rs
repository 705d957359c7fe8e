//! The financial assessment: made with five members, updated with seven, kept as the union (contract client, section 4).

use super::{
    Times, fields as f,
    input::{Checks, Members},
    rules,
};
use crate::{Text, Violation, change::Value, field::Field};

/// A checked request to make an assessment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssessmentEntry {
    estimated_net_worth: Text,
    occupation: Text,
    source_of_wealth: Text,
    net_annual_income: Text,
    primary_source_of_funds: Text,
}

/// A checked request to update an assessment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssessmentUpdate {
    industry_of_employment: Text,
    net_annual_income: Text,
    employer_name: Text,
    education_level: Text,
    estimated_net_worth: Text,
    source_of_wealth: Text,
    regular_expense: Text,
}

/// A client's assessment; what neither request has said is absent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessment {
    /// What the client owns.
    pub estimated_net_worth: Option<Text>,
    /// What the client does.
    pub occupation: Option<Text>,
    /// Where the wealth comes from.
    pub source_of_wealth: Option<Text>,
    /// What the client earns.
    pub net_annual_income: Option<Text>,
    /// Where the money for trading comes from.
    pub primary_source_of_funds: Option<Text>,
    /// Where the client works.
    pub industry_of_employment: Option<Text>,
    /// For whom.
    pub employer_name: Option<Text>,
    /// What the client has learnt.
    pub education_level: Option<Text>,
    /// What the client spends.
    pub regular_expense: Option<Text>,
    /// When it was made and updated.
    pub times: Times,
}

impl AssessmentEntry {
    /// Reads a creation, whose values are enumerations but for the occupation.
    ///
    /// # Errors
    /// Every broken rule, in the documented order.
    pub fn read(members: &dyn Members) -> Result<Self, Vec<Violation>> {
        let mut checks = Checks::of(members);
        let entry = Self {
            estimated_net_worth: checks.required(&f::ESTIMATED_NET_WORTH, rules::amount),
            occupation: checks.required(&f::OCCUPATION, rules::free),
            source_of_wealth: checks.required(&f::SOURCE_OF_WEALTH, rules::source_of_wealth),
            net_annual_income: checks.required(&f::NET_ANNUAL_INCOME, rules::amount),
            primary_source_of_funds: checks.required(&f::SOURCE_OF_FUNDS, rules::source_of_funds),
        };
        checks.entry(&f::ASSESSMENT_CREATION, entry)
    }

    /// The assessment that this entry makes.
    #[must_use]
    pub fn made(self, times: Times) -> Assessment {
        Assessment {
            estimated_net_worth: Some(self.estimated_net_worth),
            occupation: Some(self.occupation),
            source_of_wealth: Some(self.source_of_wealth),
            net_annual_income: Some(self.net_annual_income),
            primary_source_of_funds: Some(self.primary_source_of_funds),
            industry_of_employment: None,
            employer_name: None,
            education_level: None,
            regular_expense: None,
            times,
        }
    }
}

impl AssessmentUpdate {
    /// Reads an update, whose values are free.
    ///
    /// # Errors
    /// Every broken rule, in the documented order.
    pub fn read(members: &dyn Members) -> Result<Self, Vec<Violation>> {
        let mut checks = Checks::of(members);
        let entry = Self {
            industry_of_employment: checks.required(&f::INDUSTRY, rules::free),
            net_annual_income: checks.required(&f::NET_ANNUAL_INCOME, rules::free),
            employer_name: checks.required(&f::EMPLOYER_NAME, rules::free),
            education_level: checks.required(&f::EDUCATION_LEVEL, rules::free),
            estimated_net_worth: checks.required(&f::ESTIMATED_NET_WORTH, rules::free),
            source_of_wealth: checks.required(&f::SOURCE_OF_WEALTH, rules::free),
            regular_expense: checks.required(&f::REGULAR_EXPENSE, rules::free),
        };
        checks.entry(&f::ASSESSMENT_UPDATE, entry)
    }

    /// The assessment after this update; what it does not say stays.
    #[must_use]
    pub fn over(self, before: &Assessment, times: Times) -> Assessment {
        Assessment {
            estimated_net_worth: Some(self.estimated_net_worth),
            occupation: before.occupation.clone(),
            source_of_wealth: Some(self.source_of_wealth),
            net_annual_income: Some(self.net_annual_income),
            primary_source_of_funds: before.primary_source_of_funds.clone(),
            industry_of_employment: Some(self.industry_of_employment),
            employer_name: Some(self.employer_name),
            education_level: Some(self.education_level),
            regular_expense: Some(self.regular_expense),
            times,
        }
    }
}

impl Assessment {
    /// Reads an imported assessment: any of the members of both requests, each of them free text.
    ///
    /// # Errors
    /// Every broken rule.
    pub fn imported(members: &dyn Members, times: Times) -> Result<Self, Vec<Violation>> {
        let mut checks = Checks::of(members);
        let entry = Self {
            estimated_net_worth: checks.optional(&f::ESTIMATED_NET_WORTH, rules::free),
            occupation: checks.optional(&f::OCCUPATION, rules::free),
            source_of_wealth: checks.optional(&f::SOURCE_OF_WEALTH, rules::free),
            net_annual_income: checks.optional(&f::NET_ANNUAL_INCOME, rules::free),
            primary_source_of_funds: checks.optional(&f::SOURCE_OF_FUNDS, rules::free),
            industry_of_employment: checks.optional(&f::INDUSTRY, rules::free),
            employer_name: checks.optional(&f::EMPLOYER_NAME, rules::free),
            education_level: checks.optional(&f::EDUCATION_LEVEL, rules::free),
            regular_expense: checks.optional(&f::REGULAR_EXPENSE, rules::free),
            times,
        };
        checks.entry(&f::ASSESSMENT_UPDATE, entry)
    }

    pub(super) fn values(assessment: Option<&Self>) -> [(Field, Value); 11] {
        let text = |read: fn(&Self) -> Option<&Text>| {
            assessment.and_then(read).map_or(Value::Null, |text| Value::Text(text.clone()))
        };
        let [created, updated] = Times::values(assessment.map(|one| &one.times));
        [
            (f::ESTIMATED_NET_WORTH, text(|one| one.estimated_net_worth.as_ref())),
            (f::OCCUPATION, text(|one| one.occupation.as_ref())),
            (f::SOURCE_OF_WEALTH, text(|one| one.source_of_wealth.as_ref())),
            (f::NET_ANNUAL_INCOME, text(|one| one.net_annual_income.as_ref())),
            (f::SOURCE_OF_FUNDS, text(|one| one.primary_source_of_funds.as_ref())),
            (f::INDUSTRY, text(|one| one.industry_of_employment.as_ref())),
            (f::EMPLOYER_NAME, text(|one| one.employer_name.as_ref())),
            (f::EDUCATION_LEVEL, text(|one| one.education_level.as_ref())),
            (f::REGULAR_EXPENSE, text(|one| one.regular_expense.as_ref())),
            created,
            updated,
        ]
    }
}
