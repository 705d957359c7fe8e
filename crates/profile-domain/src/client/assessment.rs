//! The financial assessment: made with five members, updated with seven, kept as the union (contract client, section 4).

use garde::Validate;

use super::{
    Times, fields as f,
    input::{Members, Reader, required, stored},
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

/// The members of a creation.
#[derive(Validate)]
struct CreationInput<'a> {
    #[garde(custom(f::NET_WORTH_CHOICE.required()))]
    estimated_net_worth: Option<&'a str>,
    #[garde(custom(f::OCCUPATION.required()))]
    occupation: Option<&'a str>,
    #[garde(custom(f::SOURCE_OF_WEALTH_CHOICE.required()))]
    source_of_wealth: Option<&'a str>,
    #[garde(custom(f::ANNUAL_INCOME_CHOICE.required()))]
    net_annual_income: Option<&'a str>,
    #[garde(custom(f::SOURCE_OF_FUNDS_CHOICE.required()))]
    primary_source_of_funds_for_trading: Option<&'a str>,
}

/// The members of an update.
#[derive(Validate)]
struct UpdateInput<'a> {
    #[garde(custom(f::INDUSTRY.required()))]
    industry_of_employment: Option<&'a str>,
    #[garde(custom(f::NET_ANNUAL_INCOME.required()))]
    net_annual_income: Option<&'a str>,
    #[garde(custom(f::EMPLOYER_NAME.required()))]
    employer_name: Option<&'a str>,
    #[garde(custom(f::EDUCATION_LEVEL.required()))]
    education_level: Option<&'a str>,
    #[garde(custom(f::ESTIMATED_NET_WORTH.required()))]
    estimated_net_worth: Option<&'a str>,
    #[garde(custom(f::SOURCE_OF_WEALTH.required()))]
    source_of_wealth: Option<&'a str>,
    #[garde(custom(f::REGULAR_EXPENSE.required()))]
    regular_expense: Option<&'a str>,
}

/// The members of an import.
#[derive(Validate)]
struct ImportInput<'a> {
    #[garde(custom(f::ESTIMATED_NET_WORTH.optional()))]
    estimated_net_worth: Option<&'a str>,
    #[garde(custom(f::OCCUPATION.optional()))]
    occupation: Option<&'a str>,
    #[garde(custom(f::SOURCE_OF_WEALTH.optional()))]
    source_of_wealth: Option<&'a str>,
    #[garde(custom(f::NET_ANNUAL_INCOME.optional()))]
    net_annual_income: Option<&'a str>,
    #[garde(custom(f::SOURCE_OF_FUNDS.optional()))]
    primary_source_of_funds_for_trading: Option<&'a str>,
    #[garde(custom(f::INDUSTRY.optional()))]
    industry_of_employment: Option<&'a str>,
    #[garde(custom(f::EMPLOYER_NAME.optional()))]
    employer_name: Option<&'a str>,
    #[garde(custom(f::EDUCATION_LEVEL.optional()))]
    education_level: Option<&'a str>,
    #[garde(custom(f::REGULAR_EXPENSE.optional()))]
    regular_expense: Option<&'a str>,
}

impl AssessmentEntry {
    /// Reads a creation, whose values are enumerations but for the occupation.
    ///
    /// # Errors
    /// Every broken rule, in the documented order.
    pub fn read(members: &dyn Members) -> Result<Self, Vec<Violation>> {
        let mut reader = Reader::default();
        let mut text = |field| reader.text(members, field);
        let input = CreationInput {
            estimated_net_worth: text(f::NET_WORTH_CHOICE),
            occupation: text(f::OCCUPATION),
            source_of_wealth: text(f::SOURCE_OF_WEALTH_CHOICE),
            net_annual_income: text(f::ANNUAL_INCOME_CHOICE),
            primary_source_of_funds_for_trading: text(f::SOURCE_OF_FUNDS_CHOICE),
        };
        reader.check(&input, &(), &f::ASSESSMENT_CREATION)?;
        Ok(Self {
            estimated_net_worth: required(f::NET_WORTH_CHOICE, input.estimated_net_worth),
            occupation: required(f::OCCUPATION, input.occupation),
            source_of_wealth: required(f::SOURCE_OF_WEALTH_CHOICE, input.source_of_wealth),
            net_annual_income: required(f::ANNUAL_INCOME_CHOICE, input.net_annual_income),
            primary_source_of_funds: required(
                f::SOURCE_OF_FUNDS_CHOICE,
                input.primary_source_of_funds_for_trading,
            ),
        })
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
        let mut reader = Reader::default();
        let mut text = |field| reader.text(members, field);
        let input = UpdateInput {
            industry_of_employment: text(f::INDUSTRY),
            net_annual_income: text(f::NET_ANNUAL_INCOME),
            employer_name: text(f::EMPLOYER_NAME),
            education_level: text(f::EDUCATION_LEVEL),
            estimated_net_worth: text(f::ESTIMATED_NET_WORTH),
            source_of_wealth: text(f::SOURCE_OF_WEALTH),
            regular_expense: text(f::REGULAR_EXPENSE),
        };
        reader.check(&input, &(), &f::ASSESSMENT_UPDATE)?;
        Ok(Self {
            industry_of_employment: required(f::INDUSTRY, input.industry_of_employment),
            net_annual_income: required(f::NET_ANNUAL_INCOME, input.net_annual_income),
            employer_name: required(f::EMPLOYER_NAME, input.employer_name),
            education_level: required(f::EDUCATION_LEVEL, input.education_level),
            estimated_net_worth: required(f::ESTIMATED_NET_WORTH, input.estimated_net_worth),
            source_of_wealth: required(f::SOURCE_OF_WEALTH, input.source_of_wealth),
            regular_expense: required(f::REGULAR_EXPENSE, input.regular_expense),
        })
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
        let mut reader = Reader::default();
        let mut text = |field| reader.text(members, field);
        let input = ImportInput {
            estimated_net_worth: text(f::ESTIMATED_NET_WORTH),
            occupation: text(f::OCCUPATION),
            source_of_wealth: text(f::SOURCE_OF_WEALTH),
            net_annual_income: text(f::NET_ANNUAL_INCOME),
            primary_source_of_funds_for_trading: text(f::SOURCE_OF_FUNDS),
            industry_of_employment: text(f::INDUSTRY),
            employer_name: text(f::EMPLOYER_NAME),
            education_level: text(f::EDUCATION_LEVEL),
            regular_expense: text(f::REGULAR_EXPENSE),
        };
        reader.check(&input, &(), &f::ASSESSMENT)?;
        Ok(Self {
            estimated_net_worth: stored(f::ESTIMATED_NET_WORTH, input.estimated_net_worth),
            occupation: stored(f::OCCUPATION, input.occupation),
            source_of_wealth: stored(f::SOURCE_OF_WEALTH, input.source_of_wealth),
            net_annual_income: stored(f::NET_ANNUAL_INCOME, input.net_annual_income),
            primary_source_of_funds: stored(f::SOURCE_OF_FUNDS, input.primary_source_of_funds_for_trading),
            industry_of_employment: stored(f::INDUSTRY, input.industry_of_employment),
            employer_name: stored(f::EMPLOYER_NAME, input.employer_name),
            education_level: stored(f::EDUCATION_LEVEL, input.education_level),
            regular_expense: stored(f::REGULAR_EXPENSE, input.regular_expense),
            times,
        })
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
