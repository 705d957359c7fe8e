//! Names that were written before the columns for search were there: no database folds letter case as the domain does,
//! so the program fills them in behind the migrations.

use diesel::prelude::*;
use futures_util::future::try_join_all;
use profile_domain::{search::folded, tenant::Member};
use profile_ports::Unavailable;

use crate::{
    Store,
    members::MemberRow,
    reading::readable,
    schema::{member, user_profile},
};

/// Rows that are read, and then written, at once.
const BATCH: i64 = 500;

impl Store {
    /// Folds every name that is not. Nothing else happens where several servers do it, or where one is stopped and begins
    /// again.
    pub(crate) async fn fold_names(&self) -> Result<(), Unavailable> {
        while self.fold_users().await? || self.fold_members().await? {}
        Ok(())
    }

    /// Whether there were any.
    async fn fold_users(&self) -> Result<bool, Unavailable> {
        let unfolded = user_profile::table
            .filter(user_profile::name_folded.is_null())
            .limit(BATCH)
            .select((user_profile::user_id, user_profile::name));
        let users = load!(self, (String, Option<String>), unfolded)?;
        let any = !users.is_empty();
        try_join_all(users.into_iter().map(async |(id, name)| {
            let name = name.as_deref().map(folded).unwrap_or_default();
            // Whoever has written the row meanwhile has folded the name, too.
            let fold = diesel::update(user_profile::table.find(id))
                .filter(user_profile::name_folded.is_null())
                .set(user_profile::name_folded.eq(Some(name)));
            execute!(self, fold)
        }))
        .await?;
        Ok(any)
    }

    /// Whether there were any.
    async fn fold_members(&self) -> Result<bool, Unavailable> {
        let unfolded =
            member::table.filter(member::name_folded.is_null()).limit(BATCH).select(MemberRow::as_select());
        let members: Vec<Member> = readable("member", load!(self, MemberRow, unfolded)?);
        let any = !members.is_empty();
        try_join_all(members.into_iter().map(async |member| {
            let fold =
                diesel::update(member::table.find(member.id)).filter(member::name_folded.is_null()).set((
                    member::name_folded.eq(Some(member.folded_name())),
                    member::search_folded.eq(Some(member.folded_text())),
                ));
            execute!(self, fold)
        }))
        .await?;
        Ok(any)
    }
}
