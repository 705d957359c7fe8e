//! Members as they are shown: with their language, groups, and those who made and changed them.

use std::collections::BTreeMap;

use profile_domain::tenant::{Group, Language, Member, Membership};
use profile_ports::Unavailable;

use crate::Ports;

/// Another member, as a member's record refers to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberReference {
    /// Who.
    pub member: Member,
    /// The role in the tenant that is shown.
    pub role: Option<i32>,
}

/// A member with everything that is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberView {
    /// The member.
    pub member: Member,
    /// What it is in the tenant that is shown.
    pub membership: Option<Membership>,
    /// The groups of the membership that there are.
    pub groups: Vec<Group>,
    /// The chosen language.
    pub language: Option<Language>,
    /// Who made it.
    pub created_by: Option<MemberReference>,
    /// Who changed it last.
    pub last_updated_by: Option<MemberReference>,
}

/// The views of `members` in `tenant_id`, in their order; whatever they refer to is read together, but the `language` that
/// is known already.
pub(super) async fn views(
    ports: &Ports,
    tenant_id: Option<i32>,
    members: Vec<Member>,
    language: Option<Language>,
) -> Result<Vec<MemberView>, Unavailable> {
    let known: BTreeMap<i32, Member> = members.iter().map(|member| (member.id, member.clone())).collect();
    let referred = members.iter().flat_map(|member| [member.created_by, member.last_updated_by]).flatten();
    let mut missing: Vec<i32> = referred.filter(|id| !known.contains_key(id)).collect();
    missing.sort_unstable();
    missing.dedup();
    let mut known = known;
    known.extend(ports.store.find_members(&missing).await?.into_iter().map(|member| (member.id, member)));

    let ids: Vec<i32> = known.keys().copied().collect();
    let memberships = match tenant_id {
        Some(tenant_id) => ports.store.find_memberships(tenant_id, &ids).await?,
        None => Vec::new(),
    };
    let memberships: BTreeMap<i32, Membership> =
        memberships.into_iter().map(|membership| (membership.member_id, membership)).collect();

    let shown = members.iter().filter_map(|member| memberships.get(&member.id));
    let mut group_ids: Vec<i32> = shown.flat_map(|one| one.groups.iter().map(|group| group.id)).collect();
    group_ids.sort_unstable();
    group_ids.dedup();
    let groups: BTreeMap<i32, Group> =
        ports.store.find_groups(&group_ids).await?.into_iter().map(|group| (group.id, group)).collect();

    let mut languages: BTreeMap<i32, Language> =
        language.into_iter().map(|language| (language.id, language)).collect();
    for id in members.iter().filter_map(|member| member.language_id) {
        if !languages.contains_key(&id)
            && let Some(language) = ports.find::<Language>(&id).await?
        {
            languages.insert(id, language);
        }
    }

    let reference = |id: Option<i32>| {
        let member = known.get(&id?)?.clone();
        Some(MemberReference { role: memberships.get(&member.id).map(|one| one.role), member })
    };
    let view = |member: Member| {
        let membership = memberships.get(&member.id).cloned();
        let own = membership.iter().flat_map(|one| &one.groups);
        MemberView {
            groups: own.filter_map(|group| groups.get(&group.id).cloned()).collect(),
            membership,
            language: member.language_id.and_then(|id| languages.get(&id).cloned()),
            created_by: reference(member.created_by),
            last_updated_by: reference(member.last_updated_by),
            member,
        }
    };
    Ok(members.into_iter().map(view).collect())
}

/// The view of one member.
pub(super) async fn view(
    ports: &Ports,
    tenant_id: Option<i32>,
    member: Member,
    language: Option<Language>,
) -> Result<MemberView, Unavailable> {
    let mut views = views(ports, tenant_id, vec![member], language).await?;
    views.pop().ok_or_else(|| Unavailable::database("one member has one view"))
}
