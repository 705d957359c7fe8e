//! WebP, which can only be read as a whole; what that takes is known before.

use std::io::Cursor;

use image::{DynamicImage, RgbImage, RgbaImage};
use image_webp::WebPDecoder;
use profile_ports::ImageFault;

use super::{
    Decoded,
    limits::{check_memory, check_pixels, unreadable},
    orientation,
};

/// Most bytes of what a file says besides its pixels.
const MOST_METADATA: usize = 8 * 1024 * 1024;

/// The picture, or the first frame of a moving one.
pub(super) fn decode(picture: &[u8]) -> Result<Decoded, ImageFault> {
    let mut decoder = WebPDecoder::new(Cursor::new(picture)).map_err(unreadable)?;
    decoder.set_memory_limit(MOST_METADATA);
    let (width, height) = decoder.dimensions();
    let pixels = check_pixels(width, height)?;
    let has_alpha = decoder.has_alpha();
    check_memory(pixels * bytes_per_two_pixels(&mut decoder) / 2)?;
    let mut bytes = vec![0; decoder.output_buffer_size().ok_or(ImageFault::TooMuchMemory)?];
    decoder.read_image(&mut bytes).map_err(unreadable)?;
    let image = if has_alpha {
        RgbaImage::from_raw(width, height, bytes).map(DynamicImage::from)
    } else {
        RgbImage::from_raw(width, height, bytes).map(DynamicImage::from)
    };
    let profile = decoder.icc_profile().map_err(unreadable)?;
    let orientation = orientation(decoder.exif_metadata().map_err(unreadable)?.as_deref());
    Ok(Decoded { image: image.ok_or(ImageFault::Unreadable)?, profile, orientation })
}

/// What the decoder allocates for two pixels: the picture (3 bytes a pixel, or 4), and besides it
/// the planes of a lossy one (1½), its transparency (5 while it is read), a lossless one without transparency (4), or the
/// canvas and one frame of a moving one (11).
fn bytes_per_two_pixels(decoder: &mut WebPDecoder<Cursor<&[u8]>>) -> u64 {
    let has_alpha = decoder.has_alpha();
    let picture = if has_alpha { 8 } else { 6 };
    let besides = match (decoder.is_animated(), decoder.is_lossy(), has_alpha) {
        (true, _, _) => 22,
        (false, true, true) => 13,
        (false, true, false) => 3,
        (false, false, true) => 0,
        (false, false, false) => 8,
    };
    picture + besides
}
