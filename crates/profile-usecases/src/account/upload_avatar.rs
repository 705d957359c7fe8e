//! A holder or owner uploads an avatar, to be referenced by a later update.

use bytes::Bytes;
use profile_domain::{
    PersonId, Text,
    account::{
        Account,
        policy::{self, Caller},
    },
    media::{AVATAR_MAX_BYTES, AVATAR_PURPOSE, ImageFormat, MediaFile, Scope, base_name, extension_of},
};
use profile_ports::{Held, MediaWriter, Unavailable, UnknownOutcome};
use uuid::Uuid;

use super::target::find_acting;
use crate::{
    Ports, Refusal, RequestOrigin,
    upload_limits::{UploadRefused, UploadSlot, begin_upload},
    write::WriteError,
};

/// Avatars that are asked for at once.
const MAX_ACCOUNTS_LOOKED_UP: usize = 500;

/// Why a file is no avatar (contract account, sections 4.3 and 9, in the order of the checks).
#[derive(Debug, thiserror::Error)]
pub enum AvatarFault {
    /// The name says nothing, or something else than an image.
    #[error("the file name must end in png, jpg, jpeg, webp or gif")]
    Extension,
    /// No bytes.
    #[error("the file is empty")]
    Empty,
    /// Too many bytes.
    #[error("the file is larger than {AVATAR_MAX_BYTES} bytes")]
    TooLarge,
    /// The bytes are not what the name says.
    #[error("the content is not of the format that the file name says")]
    Signature,
    /// There is no place for it now, or the person has stored too much.
    #[error(transparent)]
    Refused(#[from] UploadRefused),
    /// The outside world did not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// The change may have been written, or not: the store did not answer in time.
    #[error(transparent)]
    Unknown(#[from] UnknownOutcome),
}

/// Whether `editor` may upload at all; answers the person whose file it will be.
///
/// # Errors
/// [`Refusal`].
pub async fn admit_upload(ports: &Ports, editor: Caller) -> Result<PersonId, Refusal> {
    match editor {
        Caller::Holder(login) => {
            let account = ports.find::<Account>(&login).await?.ok_or(Refusal::NotFound("account"))?;
            policy::may_change(editor, &account)?;
            Ok(account.person)
        }
        Caller::Owner(customer) => Ok(find_acting(ports, customer).await?.person),
    }
}

/// A place for an avatar, and how many bytes the person may store besides those there are; none, if there are too many
/// already.
pub struct AvatarPlace {
    _slot: UploadSlot,
    allowance: Option<u64>,
}

/// Begins an upload of `editor`. Whether the person may store it is said at its end: who is told in the middle of it often
/// does not hear it.
///
/// # Errors
/// [`UploadRefused`].
pub async fn begin_avatar(
    ports: &Ports,
    editor: Caller,
    person: PersonId,
) -> Result<AvatarPlace, UploadRefused> {
    let slot = begin_upload(ports, &editor.actor(), ports.media.buffer_bytes()).await?;
    let held = held_by(ports, person).await?;
    Ok(AvatarPlace { _slot: slot, allowance: ports.upload_limits.allowance(held, 0).ok() })
}

/// What a person has uploaded, and no account shows.
async fn held_by(ports: &Ports, person: PersonId) -> Result<Held, Unavailable> {
    let limit = u32::try_from(Held::MOST_FILES).unwrap_or(u32::MAX);
    let mut held = Held::default();
    let files = ports.store.public_files_of(person, limit).await?;
    for some in files.chunks(MAX_ACCOUNTS_LOOKED_UP) {
        let names: Vec<String> = some.iter().map(|(uuid, _)| uuid.to_string()).collect();
        let shown = ports.store.shown_avatars(&names).await?;
        for (_, size) in
            some.iter().zip(&names).filter(|(_, name)| !shown.contains(name)).map(|(file, _)| file)
        {
            held.bytes = held.bytes.saturating_add(*size);
            held.files += 1;
        }
    }
    Ok(held)
}

/// An avatar on its way in. What cannot become one is counted but never written.
pub struct AvatarUpload {
    ports: Ports,
    uuid: Uuid,
    original_name: Text,
    format: Option<(ImageFormat, String)>,
    /// The first bytes, until there are enough to know the signature.
    head: Vec<u8>,
    size: u64,
    state: State,
    place: AvatarPlace,
}

/// How far the content has come.
enum State {
    /// Too few bytes to judge.
    Undecided,
    /// The signature fits, and the bytes go to the media store.
    Writing(Box<dyn MediaWriter>),
    /// It will be refused.
    Refused,
}

impl AvatarUpload {
    /// Takes the file that the client calls `client_name`, into its place.
    #[must_use]
    pub fn new(ports: Ports, client_name: Option<&str>, place: AvatarPlace) -> Self {
        let name = client_name.and_then(base_name).and_then(|name| Text::try_from(name).ok());
        // The extension counts where the name was not cut yet.
        let format = client_name
            .filter(|_| name.is_some())
            .and_then(extension_of)
            .and_then(|extension| ImageFormat::of_extension(&extension).map(|format| (format, extension)));
        let uuid = ports.ids.file();
        let state = if format.is_some() { State::Undecided } else { State::Refused };
        let original_name = name.unwrap_or_default();
        Self { ports, uuid, original_name, format, head: Vec::new(), size: 0, state, place }
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// Only if the media store does not answer; what is wrong with the file is said at the end.
    pub async fn write(&mut self, bytes: Bytes) -> Result<(), Unavailable> {
        self.size += bytes.len() as u64;
        if self.size > AVATAR_MAX_BYTES || !self.is_allowed() {
            self.refuse().await;
        }
        match &mut self.state {
            State::Refused => Ok(()),
            State::Writing(writer) => writer.write(bytes).await,
            State::Undecided => {
                self.head.extend_from_slice(&bytes);
                if self.head.len() < ImageFormat::SIGNATURE_BYTES { Ok(()) } else { self.decide().await }
            }
        }
    }

    /// Whether there are no more bytes than the person may store.
    fn is_allowed(&self) -> bool {
        self.place.allowance.is_some_and(|allowance| self.size <= allowance)
    }

    /// Judges the signature and, if it fits, begins to write.
    async fn decide(&mut self) -> Result<(), Unavailable> {
        let head = std::mem::take(&mut self.head);
        match &self.format {
            Some((format, extension)) if format.signs(&head) => {
                let mut writer = self.ports.media.create(&format!("{}.{extension}", self.uuid)).await?;
                writer.write(head.into()).await?;
                self.state = State::Writing(writer);
            }
            _ => self.state = State::Refused,
        }
        Ok(())
    }

    async fn refuse(&mut self) {
        if let State::Writing(writer) = std::mem::replace(&mut self.state, State::Refused) {
            writer.abort().await;
        }
    }

    /// Forgets what was written.
    pub async fn abort(mut self) {
        self.refuse().await;
    }

    /// Stores the file and its record for `person`.
    ///
    /// # Errors
    /// [`AvatarFault`]; nothing was stored.
    pub async fn finish(
        mut self,
        editor: Caller,
        person: PersonId,
        origin: RequestOrigin,
    ) -> Result<MediaFile, AvatarFault> {
        if self.format.is_none() {
            return Err(AvatarFault::Extension);
        }
        match self.size {
            0 => return Err(AvatarFault::Empty),
            1..=AVATAR_MAX_BYTES => {}
            _ => return Err(AvatarFault::TooLarge),
        }
        if !self.is_allowed() {
            return Err(UploadRefused::Quota.into());
        }
        if matches!(self.state, State::Undecided) {
            self.decide().await?;
        }
        let (State::Writing(writer), Some((_, extension))) = (self.state, self.format) else {
            return Err(AvatarFault::Signature);
        };
        let file = MediaFile {
            uuid: self.uuid,
            person: Some(person),
            version: 0,
            extension,
            scope: Scope::PUBLIC,
            purpose: AVATAR_PURPOSE.to_owned(),
            original_name: self.original_name,
            size: self.size,
        };
        // In a task of its own: once the bytes are in place, a caller who hangs up must not keep the record from them.
        let stored = tokio::spawn(store(self.ports, writer, file, origin, editor));
        stored.await.map_err(Unavailable::media)?
    }
}

async fn store(
    ports: Ports,
    writer: Box<dyn MediaWriter>,
    file: MediaFile,
    origin: RequestOrigin,
    editor: Caller,
) -> Result<MediaFile, AvatarFault> {
    writer.finish().await?;
    let written = ports.create(file, origin.cause(editor.actor(), None), None).await;
    written.map(|saved| saved.record).map_err(|error| match error {
        WriteError::Unavailable(error) => error.into(),
        WriteError::Unknown(error) => error.into(),
        _ => Unavailable::database("a fresh uuid was refused").into(),
    })
}
