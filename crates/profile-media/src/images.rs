//! Renditions of pictures, by the `image` crate within limits.

use std::io::Cursor;

use async_trait::async_trait;
use bytes::Bytes;
use image::{
    DynamicImage, ImageDecoder as _, ImageError, ImageFormat, ImageReader, Limits, codecs::jpeg::JpegEncoder,
};
use profile_ports::{ImageFault, Images, Rendition, Unavailable};
use profile_workers::Workers;

/// Most pixels of a rendition on each side.
const SIDE: u32 = 512;
/// Most pixels of a picture on each side, and most memory that reading it may take: a small file can unfold to gigabytes.
const MOST_PIXELS: u32 = 4096;
const MOST_MEMORY: u64 = 64 * 1024 * 1024;
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
        let rendered = self.workers.run(move || render(&picture)).await;
        rendered.map_err(Unavailable::media)?.map_err(|_| ImageFault::Unreadable)
    }
}

fn render(picture: &[u8]) -> Result<Rendition, ImageError> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(MOST_PIXELS);
    limits.max_image_height = Some(MOST_PIXELS);
    limits.max_alloc = Some(MOST_MEMORY);
    let mut reader = ImageReader::new(Cursor::new(picture)).with_guessed_format()?;
    reader.limits(limits);
    let mut decoder = reader.into_decoder()?;
    let orientation = decoder.orientation()?;
    let mut image = DynamicImage::from_decoder(decoder)?;
    if image.width() > SIDE || image.height() > SIDE {
        image = image.thumbnail(SIDE, SIDE);
    }
    image.apply_orientation(orientation);
    encode(&image)
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
