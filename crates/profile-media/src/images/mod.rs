//! Renditions of pictures, within limits of pixels and memory.

mod colours;
mod gif;
mod jpeg;
mod limits;
mod png;
mod shrink;
mod webp;

use std::{io::Cursor, panic::catch_unwind};

use async_trait::async_trait;
use bytes::Bytes;
use image::{DynamicImage, ImageError, ImageFormat, codecs::jpeg::JpegEncoder, metadata::Orientation};
use profile_ports::{ImageFault, Images, Rendition, Unavailable};
use profile_workers::Workers;

use self::limits::unreadable;

/// Most pixels of a rendition on each side.
const SIDE: u32 = 512;
const JPEG_QUALITY: u8 = 85;

/// Reads JPEG, PNG, GIF and WebP.
pub struct ImageRenderer {
    workers: Workers,
}

impl Default for ImageRenderer {
    fn default() -> Self {
        Self { workers: Workers::new("picture") }
    }
}

#[async_trait]
impl Images for ImageRenderer {
    async fn render(&self, picture: Bytes) -> Result<Rendition, ImageFault> {
        // A picture on which a decoder panics is a damaged one; it would do so again.
        let work = move || catch_unwind(|| render(&picture)).unwrap_or(Err(ImageFault::Unreadable));
        self.workers.run(work).await.map_err(Unavailable::media)?
    }
}

/// A picture as its format tells it. It may be smaller than the original already, but by no side below [`SIDE`] that was not
/// before.
struct Decoded {
    image: DynamicImage,
    /// The ICC profile of its colours, if it has one.
    profile: Option<Vec<u8>>,
    orientation: Orientation,
}

fn render(picture: &[u8]) -> Result<Rendition, ImageFault> {
    let Decoded { mut image, profile, orientation } = decode(picture)?;
    if let Some(profile) = profile {
        image = colours::to_srgb(image, &profile);
    }
    if image.width() > SIDE || image.height() > SIDE {
        image = image.thumbnail(SIDE, SIDE);
    }
    image.apply_orientation(orientation);
    encode(&image).map_err(unreadable)
}

fn decode(picture: &[u8]) -> Result<Decoded, ImageFault> {
    match image::guess_format(picture).map_err(unreadable)? {
        ImageFormat::Jpeg => jpeg::decode(picture),
        ImageFormat::Png => png::decode(picture),
        ImageFormat::Gif => gif::decode(picture),
        ImageFormat::WebP => webp::decode(picture),
        _ => Err(ImageFault::Unreadable),
    }
}

/// How an EXIF block says that the picture is turned.
fn orientation(exif: Option<&[u8]>) -> Orientation {
    exif.and_then(Orientation::from_exif_chunk).unwrap_or(Orientation::NoTransforms)
}

/// What is see-through stays so; everything else is a photograph.
fn encode(image: &DynamicImage) -> Result<Rendition, ImageError> {
    let mut bytes = Cursor::new(Vec::new());
    let extension = if image.color().has_alpha() {
        DynamicImage::from(image.to_rgba8()).write_to(&mut bytes, ImageFormat::Png)?;
        "png"
    } else {
        JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY).encode_image(&image.to_rgb8())?;
        "jpg"
    };
    Ok(Rendition { bytes: bytes.into_inner().into(), extension })
}
