//! What stories about subscriptions have in common: their answers, which are kept sealed, and what changes of them do
//! (operator API page, sections 3 and 10).

use base64::{Engine as _, engine::general_purpose::STANDARD};
use profile_domain::{
    Patch, Text,
    catalogue::pointer_token,
    change::RecordKind,
    operator::{
        SECRET_PREFIX, Subscription, SubscriptionHeader, SubscriptionId, SubscriptionStatus,
        SubscriptionValues,
    },
    sealed::Sealed,
};
use profile_ports::{DeliveryChange, KeyedResponse, SubscriptionChange, Unavailable, columns};
use serde_json::{Value as Json, json};

use super::{
    FieldError, KeyedCall, OperatorRefusal,
    replay::{check_first, damaged},
};
use crate::{
    Ports,
    delivery::{header_context, report::status_turned, secret_context},
    write::WriteError,
};

/// What a call changes of a subscription.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SubscriptionPatch {
    /// What people call it.
    pub name: Patch<Text>,
    /// The target.
    pub url: Option<Text>,
    /// All headers; one without a value keeps the stored one.
    pub headers: Option<Vec<(String, Option<Text>)>>,
    /// Which kinds.
    pub kinds: Option<Vec<RecordKind>>,
    /// Which fields.
    pub fields: Option<Vec<String>>,
    /// Whose changes are left out.
    pub not_actor: Patch<String>,
    /// Which values are sent.
    pub values: Option<SubscriptionValues>,
    /// Whether anything is sent.
    pub is_active: Option<bool>,
}

/// How a call is answered, and what tells it from others.
pub struct SubscriptionCall<'a> {
    /// The idempotency key, if it has one.
    pub keyed: Option<&'a KeyedCall>,
    /// Whether nothing is stored.
    pub dry_run: bool,
    /// Writes the answer: the subscription, and its secret where that is shown.
    pub print: &'a (dyn Fn(&Subscription, Option<&Text>) -> String + Send + Sync),
}

/// The answer to a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriptionAnswer {
    /// The subscription.
    pub id: SubscriptionId,
    /// What was printed.
    pub body: Text,
}

fn answer_context(keyed: &KeyedCall) -> String {
    format!("answer to {}\n{}", keyed.key.caller, keyed.key.key)
}

/// Returns a new secret, in clear and sealed.
pub(super) fn new_secret(ports: &Ports, id: &SubscriptionId) -> Result<(Text, Sealed), Unavailable> {
    let clear = format!("{SECRET_PREFIX}{}", STANDARD.encode(ports.ids.webhook_secret()));
    let clear = Text::try_from(clear).map_err(Unavailable::vault)?;
    let sealed = ports.service_vault.seal(&secret_context(id), &clear)?;
    Ok((clear, sealed))
}

impl SubscriptionCall<'_> {
    /// Prints the answer, and returns it with what is kept for whoever repeats the call.
    pub(super) fn answer(
        &self,
        ports: &Ports,
        status: u16,
        subscription: &Subscription,
        secret: Option<&Text>,
    ) -> Result<(SubscriptionAnswer, Option<KeyedResponse>), Unavailable> {
        let id = subscription.id.clone();
        let body = Text::try_from((self.print)(subscription, secret)).map_err(Unavailable::vault)?;
        let keep = |keyed: &KeyedCall| {
            let sealed = ports.service_vault.seal(&answer_context(keyed), &body)?;
            let outcome = json!({ "id": id.as_str(), "answer": columns::sealed(&sealed) });
            Ok::<_, Unavailable>(keyed.keep(status, &outcome, ports.clock.now()))
        };
        let reply = self.keyed.map(keep).transpose()?;
        Ok((SubscriptionAnswer { id, body }, reply))
    }
}

/// Returns the answer to an earlier call with the same key; `outcome` is what was kept of it.
///
/// # Errors
/// [`Unavailable`] if it is damaged.
pub fn repeated_answer(
    ports: &Ports,
    keyed: &KeyedCall,
    outcome: &Json,
) -> Result<SubscriptionAnswer, Unavailable> {
    let text = |name: &str| outcome.get(name).and_then(Json::as_str).ok_or_else(damaged);
    let id = SubscriptionId::try_from(text("id")?).map_err(|_| damaged())?;
    let sealed = columns::read_sealed(text("answer")?).map_err(|_| damaged())?;
    Ok(SubscriptionAnswer { id, body: ports.service_vault.open(&answer_context(keyed), &sealed)? })
}

/// What a change of a subscription comes to.
pub(super) struct Changed {
    pub(super) next: Subscription,
    pub(super) deliveries: DeliveryChange,
    pub(super) secret: Option<Text>,
}

/// Changes a subscription: reads it, decides and stores it, again if somebody else was faster.
pub(super) async fn change(
    ports: &Ports,
    id: &SubscriptionId,
    call: &SubscriptionCall<'_>,
    decide: impl Fn(Subscription) -> Result<Changed, OperatorRefusal> + Send,
) -> Result<SubscriptionAnswer, OperatorRefusal> {
    let mut tries = ports.tries_of("subscription", id.to_string()).await;
    while tries.more().await {
        let found = ports.store.find_subscription(id).await?.ok_or(OperatorRefusal::NotFound)?;
        let before = found.status;
        let Changed { next, deliveries, secret } = decide(found)?;
        let (answer, reply) = call.answer(ports, 200, &next, secret.as_ref())?;
        let change = SubscriptionChange { next, deliveries };
        let is_done = ports.store.replace_subscription(&change, reply.as_ref()).await;
        if is_done.map_err(WriteError::from)? {
            let next = &change.next;
            if next.status != before && !call.dry_run {
                status_turned(next, next.status);
            }
            return Ok(answer);
        }
        check_first(ports, call.keyed).await?;
    }
    Err(OperatorRefusal::Contended)
}

impl SubscriptionPatch {
    /// Writes the changes into `subscription`; returns what becomes of deliveries.
    pub(super) fn apply(
        &self,
        ports: &Ports,
        subscription: &mut Subscription,
    ) -> Result<DeliveryChange, OperatorRefusal> {
        let Self { name, url, headers, kinds, fields, not_actor, values, is_active } = self;
        name.write_to_optional(&mut subscription.name);
        not_actor.write_to_optional(&mut subscription.not_actor);
        if let Some(url) = url {
            subscription.url.clone_from(url);
        }
        if let Some(headers) = headers {
            subscription.headers = sealed_headers(ports, subscription, headers)?;
        }
        if let Some(kinds) = kinds {
            subscription.kinds.clone_from(kinds);
        }
        if let Some(fields) = fields {
            subscription.fields.clone_from(fields);
        }
        subscription.values = values.unwrap_or(subscription.values);
        Ok(match is_active {
            None => DeliveryChange::Keep,
            Some(true) => {
                (subscription.status, subscription.failing_since) = (SubscriptionStatus::Active, None);
                DeliveryChange::Resume
            }
            Some(false) => {
                subscription.status = SubscriptionStatus::Disabled;
                DeliveryChange::Disable
            }
        })
    }
}

fn sealed_headers(
    ports: &Ports,
    subscription: &Subscription,
    headers: &[(String, Option<Text>)],
) -> Result<Vec<SubscriptionHeader>, OperatorRefusal> {
    let (mut sealed, mut missing) = (Vec::new(), Vec::new());
    for (name, value) in headers {
        let stored = subscription.headers.iter().find(|stored| stored.name.eq_ignore_ascii_case(name));
        match (value, stored) {
            (Some(value), _) => {
                let context = header_context(&subscription.id, name);
                let value = ports.service_vault.seal(&context, value)?;
                sealed.push(SubscriptionHeader { name: name.clone(), value });
            }
            (None, Some(stored)) => sealed.push(stored.clone()),
            (None, None) => {
                missing.push(FieldError::at(format!("/headers/{}", pointer_token(name)), "required"));
            }
        }
    }
    if missing.is_empty() { Ok(sealed) } else { Err(OperatorRefusal::Invalid(missing)) }
}
