//! How large a picture may be: a small file can unfold to gigabytes.

use profile_ports::{ImageFault, PICTURE_MAX_MEMORY, PICTURE_MAX_PIXELS};

/// Refuses a picture of too many pixels; answers how many it has.
pub(super) fn check_pixels(width: u32, height: u32) -> Result<u64, ImageFault> {
    let pixels = u64::from(width) * u64::from(height);
    if pixels > PICTURE_MAX_PIXELS { Err(ImageFault::TooManyPixels) } else { Ok(pixels) }
}

/// Refuses a picture that takes too many bytes of memory to be read.
pub(super) fn check_memory(bytes: u64) -> Result<(), ImageFault> {
    if bytes > PICTURE_MAX_MEMORY { Err(ImageFault::TooMuchMemory) } else { Ok(()) }
}

/// Whatever a decoder complains of.
pub(super) fn unreadable<E>(_: E) -> ImageFault {
    ImageFault::Unreadable
}
