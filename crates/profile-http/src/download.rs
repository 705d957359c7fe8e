//! A stored file as an answer: whole, in part, or not at all because the caller has it already.

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    body::SizedStream,
    http::{
        Method, StatusCode,
        header::{
            ACCEPT_RANGES, CACHE_CONTROL, CONTENT_RANGE, CONTENT_SECURITY_POLICY, ETAG, EntityTag,
            Header as _, IfNoneMatch, IfRange, Range, X_CONTENT_TYPE_OPTIONS,
        },
    },
};
use futures_util::stream;
use profile_ports::{Media, Unavailable};

use crate::parameter::{Parameter, any_text};

/// A file never changes, so it may be kept for a year by anyone.
pub(crate) const KEPT_BY_ANYONE: &str = "public, max-age=31536000, immutable";
/// A document could run scripts; this one may not do anything.
pub(crate) const HARMLESS: &str = "default-src 'none'; sandbox";

/// A file and how it is to be served.
pub(crate) struct Download<'a> {
    /// Its name in the media store.
    pub(crate) name: &'a str,
    /// Its media type.
    pub(crate) content_type: &'a str,
    /// Bytes.
    pub(crate) size: u64,
    /// What tells it from every other file.
    pub(crate) tag: &'a str,
    /// Who may keep it.
    pub(crate) cache: &'static str,
    /// Whether a browser could take it for a document.
    pub(crate) is_document: bool,
}

impl Download<'_> {
    /// What a download answers without a JSON body, for the endpoint's description.
    pub(crate) const BODILESS: [(u16, &'static str); 3] = [
        (206, "The part that Range asks for."),
        (304, "The caller has the file already."),
        (416, "The range lies behind the end."),
    ];

    /// The headers that a download reads, for the endpoint's description.
    pub(crate) const PARAMETERS: [Parameter; 3] = [
        Parameter::header("Range", "The part of the file that is wanted: one range of bytes.", any_text),
        Parameter::header("If-Range", "An `ETag`: for another file the range does not count.", any_text),
        Parameter::header("If-None-Match", "`ETag`s of the files that the caller has already.", any_text),
    ];

    /// The answer to `request`; `None` if the bytes are not there.
    pub(crate) async fn answer(
        &self,
        request: &HttpRequest,
        media: &dyn Media,
    ) -> Result<Option<HttpResponse>, Unavailable> {
        let tag = EntityTag::new_strong(self.tag.to_owned());
        if is_known(request, &tag) {
            return Ok(Some(self.headers(StatusCode::NOT_MODIFIED, &tag).finish()));
        }
        match wanted(request, &tag, self.size) {
            Wanted::Nothing => Ok(Some(
                self.headers(StatusCode::RANGE_NOT_SATISFIABLE, &tag)
                    .insert_header((CONTENT_RANGE, format!("bytes */{}", self.size)))
                    .finish(),
            )),
            Wanted::Whole => self.send(request, media, self.headers(StatusCode::OK, &tag), None).await,
            Wanted::Part(first, last) => {
                let mut answer = self.headers(StatusCode::PARTIAL_CONTENT, &tag);
                answer.insert_header((CONTENT_RANGE, format!("bytes {first}-{last}/{}", self.size)));
                self.send(request, media, answer, Some(first..last + 1)).await
            }
        }
    }

    fn headers(&self, status: StatusCode, tag: &EntityTag) -> HttpResponseBuilder {
        let mut answer = HttpResponse::build(status);
        answer
            .content_type(self.content_type)
            .insert_header((CACHE_CONTROL, self.cache))
            .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
            .insert_header((ACCEPT_RANGES, "bytes"))
            .insert_header((ETAG, tag.to_string()));
        if self.is_document {
            answer.insert_header((CONTENT_SECURITY_POLICY, HARMLESS));
        }
        answer
    }

    async fn send(
        &self,
        request: &HttpRequest,
        media: &dyn Media,
        mut answer: HttpResponseBuilder,
        range: Option<std::ops::Range<u64>>,
    ) -> Result<Option<HttpResponse>, Unavailable> {
        let length = range.as_ref().map_or(self.size, |range| range.end - range.start);
        if request.method() == Method::HEAD {
            let nothing = stream::empty::<Result<bytes::Bytes, std::io::Error>>();
            return Ok(Some(answer.body(SizedStream::new(length, nothing))));
        }
        let bytes = media.read(self.name, range).await?;
        Ok(bytes.map(|bytes| answer.body(SizedStream::new(length, bytes))))
    }
}

/// Whether the caller has the file already.
fn is_known(request: &HttpRequest, tag: &EntityTag) -> bool {
    match IfNoneMatch::parse(request) {
        Ok(IfNoneMatch::Any) => true,
        Ok(IfNoneMatch::Items(known)) => known.iter().any(|known| known.weak_eq(tag)),
        Err(_) => false,
    }
}

/// Which bytes a request is for.
enum Wanted {
    Whole,
    /// From the first to the last, which is included.
    Part(u64, u64),
    /// The range lies behind the end.
    Nothing,
}

/// One range is served; several, or a range of another version, get the whole file, as the standard allows.
fn wanted(request: &HttpRequest, tag: &EntityTag, size: u64) -> Wanted {
    let same = match IfRange::parse(request) {
        Ok(IfRange::EntityTag(wanted)) => wanted.strong_eq(tag),
        Ok(IfRange::Date(_)) => false,
        Err(_) => true,
    };
    match Range::parse(request) {
        Ok(Range::Bytes(ranges)) if same => match ranges.as_slice() {
            [range] => range
                .to_satisfiable_range(size)
                .map_or(Wanted::Nothing, |(first, last)| Wanted::Part(first, last)),
            _ => Wanted::Whole,
        },
        _ => Wanted::Whole,
    }
}
